package dev.tern.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecurrentStateTest {
  private static RecurrentState filled() {
    RecurrentState state = new RecurrentState(12, 200_000);
    for (int i = 0; i < 3; i++) {
      state.part(0).setAtIndex(ValueLayout.JAVA_FLOAT, i, i + 1);
    }
    for (int i = 0; i < 50_000; i++) {
      state.part(1).setAtIndex(ValueLayout.JAVA_FLOAT, i, -i);
    }
    state.advance(7);
    return state;
  }

  private static float last(RecurrentState state) {
    return state.part(1).getAtIndex(ValueLayout.JAVA_FLOAT, 49_999);
  }

  @Test
  void goesBackToItsStartOnly() {
    try (RecurrentState state = filled()) {
      assertTrue(state.canTruncate(7));
      assertFalse(state.canTruncate(6));
      assertThrows(TernException.class, () -> state.truncate(6));
      state.truncate(7);
      assertEquals(-49_999, last(state));
      state.truncate(0);
      assertEquals(0, last(state));
      assertFalse(state.canTruncate(7));
    }
  }

  @Test
  void copiesAreIndependent() {
    try (RecurrentState state = filled();
        RecurrentState copy = (RecurrentState) state.copy()) {
      state.truncate(0);
      assertEquals(-49_999, last(copy));
      assertTrue(copy.canTruncate(7));
      assertEquals(state.bytes(), copy.bytes());
      assertEquals(copy.bytes(), copy.bytesAt(1_000_000));
    }
  }

  @Test
  void restoresWhatItSaved() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RecurrentState state = filled();
        RecurrentState other = new RecurrentState(12, 200_000)) {
      state.save(out);
      other.restore(new ByteArrayInputStream(out.toByteArray()));
      assertEquals(-1, state.part(0).mismatch(other.part(0)));
      assertEquals(-1, state.part(1).mismatch(other.part(1)));
      assertTrue(other.canTruncate(7));
    }
  }

  @Test
  void refusesWhatIsNotItsOwn() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RecurrentState state = filled();
        RecurrentState smaller = new RecurrentState(12, 100_000)) {
      state.save(out);
      byte[] bytes = out.toByteArray();
      assertThrows(IOException.class, () -> smaller.restore(new ByteArrayInputStream(bytes)));
      byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
      assertThrows(IOException.class, () -> state.restore(new ByteArrayInputStream(shorter)));
    }
  }
}
