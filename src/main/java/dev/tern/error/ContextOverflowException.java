package dev.tern.error;

/** More tokens than the context holds. */
public final class ContextOverflowException extends TernException {
  private static final long serialVersionUID = 1L;

  /**
   * @param used tokens already in the sequence
   * @param asked tokens that were to be added
   * @param limit tokens the context holds
   */
  public ContextOverflowException(int used, int asked, int limit) {
    super("%d tokens do not fit: %d of the context's %d are in use".formatted(asked, used, limit));
  }
}
