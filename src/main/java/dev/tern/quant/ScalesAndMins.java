package dev.tern.quant;

/**
 * The 12 bytes with eight 6-bit scales and eight 6-bit minimums of {@link Q4_K} and {@link Q5_K}: the first four of
 * each in the low six bits of bytes 0-3 and 4-7; of the last four the low four bits in the halves of bytes 8-11 and the
 * high two on top of bytes 0-3 and 4-7.
 */
final class ScalesAndMins {
  private ScalesAndMins() {}

  static int scale(byte[] bytes, int at, int group) {
    return group < 4 ? bytes[at + group] & 63 : bytes[at + 4 + group] & 15 | (bytes[at + group - 4] & 0xc0) >> 2;
  }

  static int min(byte[] bytes, int at, int group) {
    return group < 4 ? bytes[at + 4 + group] & 63 : bytes[at + 4 + group] >> 4 & 15 | (bytes[at + group] & 0xc0) >> 2;
  }

  static void put(AffineGroups.Choice choice, byte[] bytes, int at) {
    for (int group = 0; group < 4; group++) {
      int last = group + 4;
      bytes[at + group] = (byte) (choice.scales()[group] | choice.scales()[last] >> 4 << 6);
      bytes[at + last] = (byte) (choice.mins()[group] | choice.mins()[last] >> 4 << 6);
      bytes[at + 8 + group] = (byte) (choice.scales()[last] & 15 | choice.mins()[last] << 4);
    }
  }
}
