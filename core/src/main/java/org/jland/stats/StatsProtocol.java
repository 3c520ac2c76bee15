// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jland.os.Errno;
import org.jland.os.TerminalText;

/**
 * Lines of the scx_stats protocol: a request is {@code {"req":NAME,"args":{NAME:TEXT}}}, a reply
 * {@code {"errno":N,"args":{"resp":VALUE}}}. Stateless, thread-safe.
 */
final class StatsProtocol {

  /** Longest line that is read, bytes. */
  static final int MAX_LINE = 16 * 1024;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_QUOTED = 60;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** What a request asks for. */
  record Request(String req, String target) {}

  /** A line that is no valid request. */
  static final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    BadRequest(String message) {
      super(message);
    }
  }

  /** Writes one JSON value. */
  @FunctionalInterface
  interface Value {
    void write(JsonGenerator out) throws IOException;
  }

  private StatsProtocol() {}

  /** Reads a request; the target is "top" if it names none. */
  static Request parse(byte[] line, int length) throws BadRequest {
    try (JsonParser in = JSON.createParser(line, 0, length)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new BadRequest("a request is a JSON object");
      }
      String req = null;
      String target = "top";
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        in.nextToken();
        switch (field) {
          case "req" -> req = text(in, "req");
          case "args" -> target = target(in, target);
          default -> in.skipChildren();
        }
      }
      if (req == null) {
        throw new BadRequest("the request lacks \"req\"");
      }
      if (in.nextToken() != null) {
        throw new BadRequest("one request a line");
      }
      return new Request(req, target);
    } catch (IOException e) {
      throw new BadRequest("the line is no valid JSON");
    }
  }

  private static String target(JsonParser in, String absent) throws IOException, BadRequest {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new BadRequest("\"args\" is no JSON object");
    }
    String target = absent;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      String value = text(in, name);
      if (name.equals("target")) {
        target = value;
      }
    }
    return target;
  }

  private static String text(JsonParser in, String name) throws IOException, BadRequest {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw new BadRequest("\"" + shorten(name) + "\" is no string");
    }
    return in.getText();
  }

  /** Cuts a client's text before it is sent back. */
  static String shorten(String text) {
    return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
  }

  /** Makes the line of a request. */
  static byte[] request(String req, String target) {
    return line(out -> {
      out.writeStartObject();
      out.writeStringField("req", req);
      out.writeObjectFieldStart("args");
      out.writeStringField("target", target);
      out.writeEndObject();
      out.writeEndObject();
    });
  }

  /** Makes the line of a successful reply. */
  static byte[] success(Value value) {
    return reply(0, value);
  }

  /** Makes the line of a refusal. */
  static byte[] error(int errno, String message) {
    return reply(errno, out -> out.writeString(message));
  }

  private static byte[] reply(int errno, Value value) {
    return line(out -> {
      out.writeStartObject();
      out.writeNumberField("errno", errno);
      out.writeObjectFieldStart("args");
      out.writeFieldName("resp");
      value.write(out);
      out.writeEndObject();
      out.writeEndObject();
    });
  }

  private static byte[] line(Value value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
    try (JsonGenerator out = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      value.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  /** Writes metrics as an object. The type is u64: a gauge that a race made negative is 0. */
  static Value metrics(Metrics metrics) {
    return out -> {
      out.writeStartObject();
      for (Metric metric : Metric.values()) {
        out.writeNumberField(metric.fieldName(), Math.max(0, metrics.get(metric)));
      }
      out.writeEndObject();
    };
  }

  /** Writes the description of {@link #metrics}. */
  static Value meta() {
    return out -> {
      out.writeStartObject();
      out.writeObjectFieldStart("Metrics");
      out.writeStringField("name", "Metrics");
      out.writeStringField("top", "true");
      out.writeStringField("desc", "a scheduler's counters and its state");
      out.writeObjectFieldStart("fields");
      for (Metric metric : Metric.values()) {
        out.writeObjectFieldStart(metric.fieldName());
        out.writeStringField("datum", "u64");
        out.writeStringField("desc", metric.description());
        out.writeEndObject();
      }
      out.writeEndObject();
      out.writeEndObject();
      out.writeEndObject();
    };
  }

  /**
   * Reads a reply with metrics; fields that are not known here are left out.
   *
   * @throws IOException if the line is no reply
   * @throws StatsException if it is a refusal
   */
  static Metrics parseMetrics(byte[] line, int length) throws IOException {
    long[] values = new long[Metric.count()];
    int errno = Errno.EINVAL;
    String refusal = "";
    try (JsonParser in = JSON.createParser(line, 0, length)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the reply is no JSON object");
      }
      // Members may come in any order; the one object that is an object in "args" has the values.
      int depth = 1;
      while (depth > 0) {
        JsonToken token = in.nextToken();
        if (token == null) {
          throw new IOException("the reply ends early");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isScalarValue() && in.currentName() != null) {
          if (depth == 1 && in.currentName().equals("errno")) {
            errno = in.getIntValue();
          } else if (depth == 2 && in.currentName().equals("resp")) {
            refusal = in.getText();
          } else if (depth == 3) {
            store(in, values);
          }
        }
      }
    }
    if (errno != 0) {
      throw new StatsException("the server refused: " + TerminalText.printable(refusal), null);
    }
    return Metrics.of(values);
  }

  private static void store(JsonParser in, long[] values) throws IOException {
    Metric metric = Metric.byFieldName(in.currentName());
    if (metric != null && in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      values[metric.ordinal()] = in.getBigIntegerValue().longValue();
    }
  }
}
