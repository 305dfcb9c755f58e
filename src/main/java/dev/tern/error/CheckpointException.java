package dev.tern.error;

/** A checkpoint that cannot be read, is malformed, or is not supported; the message names the file. */
public final class CheckpointException extends TernException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
