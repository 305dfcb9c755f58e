package dev.tern.tokenizer;

import dev.tern.tokenizer.text.AlignedText;
import dev.tern.tokenizer.text.PreTokenizer;
import dev.tern.tokenizer.text.Segments;
import java.util.ArrayList;
import java.util.List;

/** A text that tokenizers which differ anywhere are likely to cut differently. */
final class ProbeText {
  static final String TEXT =
      "The quick brown fox jumps over 13 lazy dogs, doesn't it? I'LL, we've; it's DON'T  x = y+1;\n"
          + "\tfor (int i = 0; i < 1234567; i++) {\n"
          + "        total += values[i] * 3.14159; // sum\n"
          + "    }\n\n\n"
          + "camelCaseName HTTPServer snake_case __init__ C++ a/b\\c <|no token|> e-mail@host.org"
          + " http://x.org/?q=1&r=2\n"
          + "  two   three    four \t\ttabs \r\n"
          + "windows\r\n\r\n"
          + " \u00fcber caf\u00e9 cafe\u0301 na\u00efve \u00c9T\u00c9 stra\u00dfe 1\u00bd \u0663\u0664\u0665 \u2164"
          + " \u4f60\u597d\uff0c\u4e16\u754c\u3002\u6f22\u5b57\u304b\u306a\u30ab\u30ca \ud55c\uad6d\uc5b4"
          + " \u041f\u0440\u0438\u0432\u0435\u0442 \u0645\u0631\u062d\u0628\u0627 \u0939\u093f\u0928\u094d\u0926\u0940"
          + " \ud83d\ude80\ud83d\udc69\u200d\ud83d\udcbb \u2014 \u201cquoted\u201d \u2026 $100 \u20ac20 50% #tag"
          + " ~`^|=<>\n"
          + "3 33 333 3333 33333 333333 a1b2 1,000,000 ''' !!!??? ...\n"
          + "'Twas I'd'VE _a_ -- \n"
          + " \n"
          + "  \n"
          + "   end ";

  private ProbeText() {}

  /** The words into which it is cut. */
  static List<String> words(PreTokenizer preTokenizer) {
    Segments segments = preTokenizer.apply(Segments.of(AlignedText.of(TEXT, 0, TEXT.length())));
    List<String> words = new ArrayList<>();
    for (int i = 0; i < segments.words().count(); i++) {
      words.add(segments.text().text().substring(segments.words().start(i), segments.words().end(i)));
    }
    return words;
  }
}
