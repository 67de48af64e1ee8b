import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;

/** Decodes the records of ../program.ts. */
final class Decode {
  private static final int NEW_CONNECTION = 0;
  private static final int TEXT_MESSAGE = 1;

  private interface Context {
    byte[] decode(byte[] message) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    DataInputStream source = new DataInputStream(System.in);
    try (DataOutputStream target = new DataOutputStream(new BufferedOutputStream(System.out))) {
      Context context = null;
      for (int kind = source.read(); kind >= 0; kind = source.read()) {
        byte[] message = source.readNBytes(source.readInt());
        if (kind == NEW_CONNECTION) {
          context = newContext(args[0]);
          continue;
        }
        byte[] text = kind == TEXT_MESSAGE ? message : context.decode(message);
        target.writeInt(text.length);
        target.write(text);
      }
    }
  }

  private static Context newContext(String transport) throws IOException {
    switch (transport) {
      case "zlib-stream":
        Inflater inflater = new Inflater();
        return message -> inflate(inflater, message);
      case "zstd-stream":
        Messages messages = new Messages();
        ZstdInputStreamNoFinalizer stream = new ZstdInputStreamNoFinalizer(messages);
        stream.setContinuous(true);
        return message -> {
          messages.message = message;
          messages.at = 0;
          return stream.readAllBytes();
        };
      default:
        return message -> {
          Inflater whole = new Inflater();
          byte[] text = inflate(whole, message);
          if (!whole.finished()) throw new IOException("the blob has no end");
          return text;
        };
    }
  }

  private static byte[] inflate(Inflater inflater, byte[] message) throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    inflater.setInput(message);
    for (int length = inflater.inflate(buffer); length > 0; length = inflater.inflate(buffer)) {
      text.write(buffer, 0, length);
    }
    return text.toByteArray();
  }

  /** Ends with each message, for as long as there is no other. */
  private static final class Messages extends InputStream {
    byte[] message = new byte[0];
    int at = 0;

    @Override
    public int read() {
      return at < message.length ? message[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (at == message.length) return -1;
      int taken = Math.min(length, message.length - at);
      System.arraycopy(message, at, target, offset, taken);
      at += taken;
      return taken;
    }
  }
}
