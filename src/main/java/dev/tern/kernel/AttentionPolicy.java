package dev.tern.kernel;

import dev.tern.error.TernException;
import dev.tern.kernel.BlockSelection.Summary;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a user lets causal attention look at its context, whatever the model was trained with. */
public sealed interface AttentionPolicy {
  AttentionPolicy FULL = new Own();

  /** The mask of a layer under this policy, given the layer's own. */
  AttentionMask over(AttentionMask own);

  /** The layer's own mask. */
  record Own() implements AttentionPolicy {
    @Override
    public AttentionMask over(AttentionMask own) {
      return own;
    }
  }

  /** The last {@code size} positions and the first {@code sinks} (StreamingLLM, Xiao et al. 2023). */
  record Window(int size, int sinks) implements AttentionPolicy {
    @Override
    public AttentionMask over(AttentionMask own) {
      return own.kind() == AttentionMask.Kind.CAUSAL ? new AttentionMask(AttentionMask.Kind.WINDOW, size, sinks) : own;
    }
  }

  /** Blocks of the context, chosen by each query; layers with a window keep it. */
  record Blocks(BlockSelection selection) implements AttentionPolicy {
    @Override
    public AttentionMask over(AttentionMask own) {
      return own.equals(AttentionMask.CAUSAL) ? AttentionMask.of(selection) : own;
    }
  }

  /**
   * Reads {@code full}, {@code window:W[+sinks:S]} or {@code blocks:B,top:K[,index:mean|bounds]}.
   *
   * @throws TernException naming what was expected and what was found
   */
  static AttentionPolicy parse(String text) {
    if (text.equals("full")) {
      return FULL;
    }
    Matcher window = Syntax.WINDOW.matcher(text);
    if (window.matches()) {
      return new Window(positive(text, window.group(1)), window.group(2) == null ? 0 : number(window.group(2)));
    }
    Matcher blocks = Syntax.BLOCKS.matcher(text);
    if (blocks.matches()) {
      int size = positive(text, blocks.group(1));
      if (size % KeyValueLayout.PANEL != 0) {
        throw new TernException(
            "attention: expected blocks of a multiple of %d positions, found '%s'"
                .formatted(KeyValueLayout.PANEL, text));
      }
      Summary summary = "bounds".equals(blocks.group(3)) ? Summary.BOUNDS : Summary.MEAN;
      return new Blocks(new BlockSelection(size, positive(text, blocks.group(2)), summary));
    }
    throw new TernException("attention: expected %s, found '%s'".formatted(Syntax.EXPECTED, text));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private static int positive(String text, String digits) {
    if (number(digits) == 0) {
      throw new TernException("attention: expected numbers of at least 1, found '%s'".formatted(text));
    }
    return number(digits);
  }

  /** How policies are written. */
  final class Syntax {
    public static final String EXPECTED = "full, window:W[+sinks:S] or blocks:B,top:K[,index:mean|bounds]";

    private static final Pattern WINDOW = Pattern.compile("window:(\\d{1,9})(?:\\+sinks:(\\d{1,9}))?");
    private static final Pattern BLOCKS = Pattern.compile("blocks:(\\d{1,9}),top:(\\d{1,9})(?:,index:(mean|bounds))?");

    private Syntax() {}
  }
}
