package dev.mure.trust;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers the node's credentials of the moment. A handshake asks for an alias first and for key and certificate later; so that they
 * belong together, the alias is the certificate's serial number and the credentials before the present ones are kept.
 */
final class NodeKeyManager extends X509ExtendedKeyManager {

    private static final String KEY_TYPE = "EC";

    private record Generations(Credentials current, Credentials previous) {}

    private final AtomicReference<Generations> generations;

    NodeKeyManager(Credentials credentials) {
        generations = new AtomicReference<>(new Generations(credentials, credentials));
    }

    Credentials current() {
        return generations.get().current;
    }

    void adopt(Credentials credentials) {
        generations.updateAndGet(before -> new Generations(credentials, before.current));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return Stream.of(keyTypes).anyMatch(NodeKeyManager::isOurs) ? alias(current()) : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return isOurs(keyType) ? alias(current()) : null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return find(alias).map(Credentials::chain).orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return find(alias).map(Credentials::key).orElse(null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return isOurs(keyType) ? new String[]{alias(current())} : new String[0];
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return getClientAliases(keyType, issuers);
    }

    private Optional<Credentials> find(String alias) {
        Generations both = generations.get();
        return Stream.of(both.current, both.previous).filter(credentials -> alias(credentials).equals(alias))
                .findFirst();
    }

    /** JSSE says EC; other providers say with what its key is signed as well. */
    private static boolean isOurs(String keyType) {
        return keyType.startsWith(KEY_TYPE);
    }

    private static String alias(Credentials credentials) {
        return credentials.certificate().getSerialNumber().toString(Character.MAX_RADIX);
    }
}
