import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;

/**
 * Listens as many beats inputs do at once, each with its own settings, and says what each of them saw.
 *
 * <p>Argument: a file of properties, {@code INPUT.SETTING=VALUE}, where the values of a list are
 * separated by commas. Standard output has first one line for each input, {@code INPUT PORT}, or
 * {@code INPUT -} if its settings keep it from starting. Then shippers may connect, one to each input.
 * When standard input ends, there is one more line for each:
 *
 * <pre>
 * INPUT protocol=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 certificate=no events=[JSON,JSON]
 * INPUT events=[JSON]
 * INPUT events=[] cause=CLASS: MESSAGE &lt;- CLASS: MESSAGE
 * INPUT started=no cause=CLASS: MESSAGE
 * INPUT connected=no
 * </pre>
 *
 * <p>The protocol and the suite are there if a handshake succeeded; {@code certificate} says whether the
 * shipper sent one, and {@code events} holds what it sent afterwards. A cause is the chain of exceptions,
 * outermost first, and reaches to the end of its line.
 */
public final class BeatsInputs {
    private static final int SECONDS_FOR_THE_LAST = 3;

    private BeatsInputs() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            System.err.println("usage: BeatsInputs PROPERTIES");
            System.exit(2);
        }
        EventLoopGroup loops = new NioEventLoopGroup(2);
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Map<String, Sight> sights = new TreeMap<>();
        for (Map.Entry<String, Properties> input : read(arguments[0]).entrySet()) {
            Sight sight = new Sight();
            sights.put(input.getKey(), sight);
            System.out.println(input.getKey() + " " + start(input.getValue(), sight, loops, connections));
        }
        while (System.in.read() >= 0) {
            // Nothing is said there, it only ends.
        }
        connections.newCloseFuture().await(SECONDS_FOR_THE_LAST, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        sights.forEach((name, sight) -> System.out.println(name + " " + sight));
    }

    /** The settings of each input, by its name. */
    private static Map<String, Properties> read(String path) throws IOException {
        Properties all = new Properties();
        try (InputStream file = new FileInputStream(path)) {
            all.load(file);
        }
        Map<String, Properties> inputs = new TreeMap<>();
        for (String name : all.stringPropertyNames()) {
            String[] parts = name.split("\\.", 2);
            inputs.computeIfAbsent(parts[0], input -> new Properties())
                    .setProperty(parts[1], all.getProperty(name));
        }
        return inputs;
    }

    /** The port on which it listens then; {@code -} if it does not. */
    private static String start(
            Properties settings, Sight sight, EventLoopGroup loops, ChannelGroup connections) throws Exception {
        SslContext context;
        try {
            context = new Settings(settings).context();
        } catch (Exception refusal) {
            sight.started = false;
            sight.cause(refusal);
            return "-";
        }
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connections.add(connection);
                        if (context != null) {
                            connection.pipeline().addLast(context.newHandler(connection.alloc()));
                        }
                        connection.pipeline().addLast(new Reception(sight));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return Integer.toString(((InetSocketAddress) listener.localAddress()).getPort());
    }

    /**
     * The settings of a beats input as far as TLS is concerned, by the names of 6.6 and by the old ones, which
     * 7.0 dropped, and what the plugin 6.6 makes of them.
     */
    private static final class Settings {
        /** What the plugin offers, as far as the JDK has it, from its {@code SslContextBuilder}. */
        private static final List<String> DEFAULT_SUITES = List.of(
                "TLS_AES_256_GCM_SHA384",
                "TLS_AES_128_GCM_SHA256",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256");

        private static final List<String> DEFAULT_PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

        private final Properties settings;

        Settings(Properties settings) {
            this.settings = settings;
        }

        /** Null if the input speaks no TLS. */
        SslContext context() throws Exception {
            String old = settings.getProperty("ssl");
            if (!Boolean.parseBoolean(settings.getProperty("ssl_enabled", old))) {
                return null;
            }
            List<String> suites = list("ssl_cipher_suites", DEFAULT_SUITES);
            List<String> available =
                    Arrays.asList(((SSLServerSocketFactory) SSLServerSocketFactory.getDefault())
                            .getSupportedCipherSuites());
            for (String suite : suites) {
                if (!available.contains(suite)) {
                    throw new IllegalArgumentException("Cipher `" + suite + "` is not available");
                }
            }
            SslContextBuilder builder = SslContextBuilder.forServer(
                            new File(settings.getProperty("ssl_certificate")),
                            new File(settings.getProperty("ssl_key")),
                            settings.getProperty("ssl_key_passphrase"))
                    .sslProvider(SslProvider.JDK)
                    .ciphers(suites)
                    .protocols(list("ssl_supported_protocols", DEFAULT_PROTOCOLS).toArray(new String[0]));
            ClientAuth authentication = authentication();
            if (authentication != ClientAuth.NONE) {
                builder.clientAuth(authentication).trustManager(authorities());
            }
            return builder.build();
        }

        private List<String> list(String name, List<String> otherwise) {
            String value = settings.getProperty(name);
            return value == null ? otherwise : Arrays.asList(value.split(","));
        }

        /** Authorities alone mean that a certificate is required, even beside an old {@code none}. */
        private ClientAuth authentication() {
            boolean hasAuthorities = settings.getProperty("ssl_certificate_authorities") != null;
            String today = settings.getProperty("ssl_client_authentication");
            String old = settings.getProperty("ssl_verify_mode");
            if ("required".equals(today) || "force_peer".equals(old)) {
                return requireAuthorities(ClientAuth.REQUIRE, hasAuthorities);
            }
            if ("optional".equals(today) || "peer".equals(old)) {
                return requireAuthorities(ClientAuth.OPTIONAL, hasAuthorities);
            }
            if ("none".equals(today) && hasAuthorities) {
                throw new IllegalArgumentException("Configuring ssl_certificate_authorities requires"
                        + " ssl_client_authentication => to be configured with 'optional' or 'required'");
            }
            return hasAuthorities ? ClientAuth.REQUIRE : ClientAuth.NONE;
        }

        private static ClientAuth requireAuthorities(ClientAuth authentication, boolean hasAuthorities) {
            if (!hasAuthorities) {
                throw new IllegalArgumentException("ssl_certificate_authorities => is a required setting");
            }
            return authentication;
        }

        private X509Certificate[] authorities() throws IOException, CertificateException {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Collection<X509Certificate> all = new ArrayList<>();
            for (String path : list("ssl_certificate_authorities", List.of())) {
                try (InputStream file = new FileInputStream(path)) {
                    factory.generateCertificates(file).forEach(one -> all.add((X509Certificate) one));
                }
            }
            return all.toArray(new X509Certificate[0]);
        }
    }

    /** What one input saw of the shipper that connected to it; the first failure counts. */
    private static final class Sight {
        boolean started = true;
        boolean connected;
        final List<String> events = new ArrayList<>();
        String session;
        String cause;

        void cause(Throwable outermost) {
            if (cause == null) {
                cause = chain(outermost);
            }
        }

        void session(SSLSession of) {
            boolean certificate = true;
            try {
                of.getPeerCertificates();
            } catch (SSLPeerUnverifiedException none) {
                certificate = false;
            }
            session = "protocol=" + of.getProtocol()
                    + " suite=" + of.getCipherSuite()
                    + " certificate=" + (certificate ? "yes" : "no");
        }

        @Override
        public String toString() {
            List<String> parts = new ArrayList<>();
            if (!started) {
                parts.add("started=no");
            } else if (!connected) {
                parts.add("connected=no");
            } else {
                parts.add(session);
                parts.add("events=[" + String.join(",", events) + "]");
            }
            parts.add(cause == null ? null : "cause=" + cause);
            return parts.stream().filter(part -> part != null).collect(Collectors.joining(" "));
        }

        /** A throwable and its causes, outermost first, in one line. */
        private static String chain(Throwable outermost) {
            StringBuilder line = new StringBuilder();
            for (Throwable link = outermost; link != null; link = link.getCause()) {
                line.append(line.length() == 0 ? "" : " <- ").append(link);
            }
            return line.toString().replaceAll("\\R", " ");
        }
    }

    /**
     * Takes the frames of the beats protocol apart, as far as Beats of today send them, and acknowledges the
     * last event of each window.
     */
    private static final class Reception extends SimpleChannelInboundHandler<ByteBuf> {
        /** A version, a type, and a number, which is what the type makes of it. */
        private static final int HEADER = 6;

        private final Sight sight;
        private final ByteBuf received = Unpooled.buffer();
        private int awaited;

        Reception(Sight sight) {
            this.sight = sight;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) throws Exception {
            sight.connected = true;
            super.channelActive(context);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent) {
                SslHandshakeCompletionEvent completion = (SslHandshakeCompletionEvent) event;
                if (completion.isSuccess()) {
                    sight.session(context.pipeline().get(SslHandler.class).engine().getSession());
                } else {
                    sight.cause(completion.cause());
                }
            }
            super.userEventTriggered(context, event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) throws IOException {
            received.writeBytes(bytes);
            takeApart(received, context);
        }

        /** Leaves a frame that is not complete yet where it is. */
        private void takeApart(ByteBuf frames, ChannelHandlerContext context) throws IOException {
            while (frames.isReadable()) {
                int start = frames.readerIndex();
                byte version = frames.getByte(start);
                if (version != '2') {
                    throw new IOException("Invalid version of beats protocol: " + version);
                }
                if (frames.readableBytes() < HEADER || !take(frames.skipBytes(1), context)) {
                    frames.readerIndex(start);
                    return;
                }
            }
        }

        /** False if the rest of the frame is not here yet. */
        private boolean take(ByteBuf frames, ChannelHandlerContext context) throws IOException {
            byte type = frames.readByte();
            int number = frames.readInt();
            switch (type) {
                case 'W':
                    awaited = number;
                    return true;
                case 'C':
                    if (frames.readableBytes() < number) {
                        return false;
                    }
                    InputStream compressed = new ByteBufInputStream(frames.readSlice(number));
                    byte[] plain = new InflaterInputStream(compressed).readAllBytes();
                    takeApart(Unpooled.wrappedBuffer(plain), context);
                    return true;
                case 'J':
                    if (!frames.isReadable(Integer.BYTES)
                            || !frames.isReadable(Integer.BYTES + frames.getInt(frames.readerIndex()))) {
                        return false;
                    }
                    sight.events.add(frames.readCharSequence(frames.readInt(), StandardCharsets.UTF_8).toString());
                    awaited--;
                    if (awaited == 0) {
                        context.writeAndFlush(context.alloc().buffer().writeByte('2').writeByte('A').writeInt(number));
                    }
                    return true;
                default:
                    throw new IOException("Invalid Frame Type, received: " + type);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            sight.cause(cause);
            context.close();
        }
    }
}
