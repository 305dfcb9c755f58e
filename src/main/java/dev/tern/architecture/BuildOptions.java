package dev.tern.architecture;

import dev.tern.kernel.AttentionPolicy;

/**
 * What a user may change about a network when it is loaded.
 *
 * @param attention how softmax attention layers look at their context
 * @param experts active experts per token, or 0 for the checkpoint's number
 */
public record BuildOptions(AttentionPolicy attention, int experts) {
  public static final BuildOptions DEFAULT = new BuildOptions(AttentionPolicy.FULL, 0);
}
