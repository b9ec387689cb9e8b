import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Does for each pair of a certificate and a key what Logstash's beats input does at its start,
 * and then what a Beat does that connects to it.
 *
 * <p>Arguments: {@code CERTIFICATE KEY [CERTIFICATE KEY]...}; one run judges many pairs, because
 * starting a JVM takes longer than judging. Standard output has one line for each pair, in the
 * order of the arguments:
 *
 * <pre>
 * loads=yes tls1.2=yes tls1.3=yes
 * loads=yes tls1.2=no tls1.3=yes cause=tls1.2: CLASS: MESSAGE &lt;- CLASS: MESSAGE
 * loads=no cause=CLASS: MESSAGE &lt;- CLASS: MESSAGE
 * </pre>
 *
 * <p>A cause is the chain of exceptions, outermost first, and reaches to the end of its line; two
 * handshakes that failed have theirs separated by {@code "; "}. The exit status does not depend on
 * the verdicts: it is 0, or 2 for wrong usage.
 */
public final class LoadAndHandshake {
    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";

    /** {@code forServer} takes a passphrase even for a key that is not encrypted: null, as "" is one. */
    private static final String NO_PASSPHRASE = null;

    private static final String SERVER_NAME = "localhost";

    /** Only part of the session's name on the client's side: nothing listens there. */
    private static final int SERVER_PORT = 5044;

    private LoadAndHandshake() {}

    public static void main(String[] arguments) {
        if (arguments.length == 0 || arguments.length % 2 != 0) {
            System.err.println("usage: LoadAndHandshake CERTIFICATE KEY [CERTIFICATE KEY]...");
            System.exit(2);
        }
        for (int i = 0; i < arguments.length; i += 2) {
            System.out.println(judge(new File(arguments[i]), new File(arguments[i + 1])));
        }
    }

    private static String judge(File certificate, File key) {
        SslContext server;
        try {
            server = load(certificate, key);
        } catch (Exception refusal) {
            return "loads=no cause=" + chain(refusal);
        }
        return "loads=yes " + judgeHandshakes(server, certificate);
    }

    private static String judgeHandshakes(SslContext server, File certificate) {
        String failure12 = handshakeFailure(server, certificate, TLS_1_2);
        String failure13 = handshakeFailure(server, certificate, TLS_1_3);

        StringBuilder causes = new StringBuilder();
        if (failure12 != null) {
            causes.append("tls1.2: ").append(failure12);
        }
        if (failure13 != null) {
            causes.append(causes.length() == 0 ? "" : "; ").append("tls1.3: ").append(failure13);
        }
        return "tls1.2=" + yesIfNone(failure12)
                + " tls1.3=" + yesIfNone(failure13)
                + (causes.length() == 0 ? "" : " cause=" + causes);
    }

    private static String yesIfNone(String failure) {
        return failure == null ? "yes" : "no";
    }

    /** As the beats input does it: from files, by the JDK's provider, with both protocols offered. */
    private static SslContext load(File certificate, File key) throws SSLException {
        return SslContextBuilder.forServer(certificate, key, NO_PASSPHRASE)
                .sslProvider(SslProvider.JDK)
                .protocols(TLS_1_2, TLS_1_3)
                .build();
    }

    /** The reason why a client that speaks only {@code protocol} gets nowhere, or null if it does. */
    private static String handshakeFailure(SslContext server, File certificate, String protocol) {
        try {
            Connection connection = new Connection(server, clientThatTrustsOnly(certificate, protocol));
            connection.requireProtocol(protocol);
            connection.requireByteArrives(connection.client, connection.server, (byte) 'c');
            connection.requireByteArrives(connection.server, connection.client, (byte) 's');
            return null;
        } catch (Exception failure) {
            return chain(failure);
        }
    }

    private static SslContext clientThatTrustsOnly(File certificate, String protocol) throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(certificate)
                .protocols(protocol)
                .build();
    }

    /** A throwable and its causes, outermost first, in one line. */
    private static String chain(Throwable outermost) {
        StringBuilder line = new StringBuilder();
        for (Throwable link = outermost; link != null; link = link.getCause()) {
            line.append(line.length() == 0 ? "" : " <- ").append(link);
        }
        return line.toString().replaceAll("\\R", " ");
    }

    /**
     * A client and a server whose bytes are carried across by hand, in this thread: no sockets, so
     * nothing to wait for, and a handshake that gets stuck ends instead of hanging.
     *
     * <p>Nothing needs closing: neither end holds a thread or a file.
     */
    private static final class Connection {
        final EmbeddedChannel client;
        final EmbeddedChannel server;

        /** Shakes hands; a handshake that does not succeed is an exception. */
        Connection(SslContext serverContext, SslContext clientContext) throws Exception {
            server = new EmbeddedChannel(serverContext.newHandler(ByteBufAllocator.DEFAULT));
            client = new EmbeddedChannel(clientHandler(clientContext));
            carryUntilQuiet();
            requireHandshake(client);
            requireHandshake(server);
        }

        private static SslHandler clientHandler(SslContext context) {
            SslHandler handler = context.newHandler(ByteBufAllocator.DEFAULT, SERVER_NAME, SERVER_PORT);
            // Without this, Netty's clients of these releases do not compare the certificate's name.
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            handler.engine().setSSLParameters(parameters);
            return handler;
        }

        private void carryUntilQuiet() {
            boolean carried;
            do {
                carried = carry(client, server) | carry(server, client);
            } while (carried);
        }

        /** Takes what {@code from} wants to send to {@code to}; false if that was nothing. */
        private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
            boolean carried = false;
            for (ByteBuf sent = from.readOutbound(); sent != null; sent = from.readOutbound()) {
                to.writeInbound(sent);
                carried = true;
            }
            return carried;
        }

        private static void requireHandshake(EmbeddedChannel end) throws Exception {
            SslHandler handler = end.pipeline().get(SslHandler.class);
            if (handler == null || !handler.handshakeFuture().isDone()) {
                throw new SSLException("the handshake did not end");
            }
            handler.handshakeFuture().sync();
        }

        void requireProtocol(String expected) throws SSLException {
            SSLEngine engine = client.pipeline().get(SslHandler.class).engine();
            String actual = engine.getSession().getProtocol();
            if (!expected.equals(actual)) {
                throw new SSLException("negotiated " + actual + " instead of " + expected);
            }
        }

        void requireByteArrives(EmbeddedChannel from, EmbeddedChannel to, byte expected) throws SSLException {
            from.writeOutbound(Unpooled.wrappedBuffer(new byte[] {expected}));
            carryUntilQuiet();
            ByteBuf arrived = to.readInbound();
            if (arrived == null || arrived.readableBytes() != 1 || arrived.readByte() != expected) {
                throw new SSLException("application data did not arrive as it was sent");
            }
            arrived.release();
        }
    }
}
