package dev.tern.error;

/** What went wrong, in one sentence that names the file, tensor or option, what was expected and what was found. */
public class TernException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TernException(String message) {
    super(message);
  }

  public TernException(String message, Throwable cause) {
    super(message, cause);
  }
}
