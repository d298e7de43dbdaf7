package dev.mure.manager.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** How a message is written in a body: the two codecs that the Connect protocol knows. */
enum Codec {
    PROTO {
        @Override
        Message parse(byte[] bytes, Message prototype) throws InvalidProtocolBufferException {
            return prototype.getParserForType().parseFrom(bytes);
        }

        @Override
        byte[] write(Message message) {
            return message.toByteArray();
        }
    },
    JSON {
        @Override
        Message parse(byte[] bytes, Message prototype) throws IOException {
            Message.Builder builder = prototype.newBuilderForType();
            // Unknown fields are errors: a misspelt one would else be a default without a word.
            JsonFormat.parser()
                    .merge(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8), builder);
            return builder.build();
        }

        @Override
        byte[] write(Message message) throws InvalidProtocolBufferException {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(message)
                    .getBytes(StandardCharsets.UTF_8);
        }
    };

    abstract Message parse(byte[] bytes, Message prototype) throws IOException;

    abstract byte[] write(Message message) throws IOException;

    /** The codec of a content type, parameters such as a charset left aside. */
    static Optional<Codec> ofContentType(String contentType, String prefix) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        for (Codec codec : values()) {
            if (type.equals(prefix + codec.id())) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    /** Its name in content types. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
