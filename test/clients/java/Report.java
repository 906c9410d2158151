import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Says what was checked, a JSON object a line, as {@code suite.ts} reads it. */
final class Report {
  private static final Gson GSON = new Gson();

  /** A check; what it throws is its error. */
  interface Does {
    void run() throws Exception;
  }

  private Report() {}

  static void check(String client, String what, List<String> rules, Does does) {
    Map<String, Object> line = new LinkedHashMap<>(Map.of("client", client, "what", what, "rules", new ArrayList<>(rules)));
    try {
      does.run();
    } catch (Exception | AssertionError error) {
      line.put("error", error + " at " + List.of(error.getStackTrace()).subList(0, Math.min(6, error.getStackTrace().length)));
    }
    say(line);
  }

  static void say(Map<String, Object> line) {
    System.out.println(GSON.toJson(line));
  }

  static void equal(Object got, Object wanted) {
    if (!Objects.equals(got, wanted)) throw new AssertionError("expected " + wanted + ", got " + got);
  }

  /** Wants an exception whose message, or that of a cause, has {@code text} in it. */
  static void fails(String text, Does does) throws Exception {
    try {
      does.run();
    } catch (Exception error) {
      for (Throwable cause = error; cause != null; cause = cause.getCause())
        if (String.valueOf(cause.getMessage()).contains(text)) return;
      throw error;
    }
    throw new AssertionError("expected an exception with \"" + text + "\"");
  }
}
