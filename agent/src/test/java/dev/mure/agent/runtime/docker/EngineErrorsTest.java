package dev.mure.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.agent.runtime.RuntimeFailure.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose fault it is, by what engines and registries really say. */
class EngineErrorsTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            IMAGE          | manifest for localhost:5000/web:9 not found: manifest unknown: manifest unknown
            IMAGE          | manifest unknown: manifest unknown
            IMAGE          | pull access denied for web, repository does not exist or may require 'docker login': denied: requested access to the resource is denied
            IMAGE          | unauthorized: authentication required
            IMAGE          | Get "https://r.example/v2/web/manifests/9": unauthorized: incorrect username or password
            IMAGE          | Head "https://r.example/v2/web/manifests/9": no basic auth credentials
            IMAGE          | denied: permission_denied: read_package
            IMAGE          | failed to resolve reference "r.example/web:9": r.example/web:9: not found
            IMAGE          | failed to resolve reference "r.example/web:9": unexpected status from HEAD request to https://r.example/v2/web/manifests/9: 403 Forbidden
            IMAGE          | no matching manifest for linux/amd64 in the manifest list entries
            IMAGE          | repository name must be lowercase
            IMAGE          | manifest for localhost:5000/timeout:9 not found: manifest unknown: manifest unknown
            INFRASTRUCTURE | Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused
            INFRASTRUCTURE | Get "https://r.example/v2/": dial tcp: lookup r.example on 10.0.0.2:53: no such host
            INFRASTRUCTURE | Get "https://r.example/v2/": net/http: TLS handshake timeout
            INFRASTRUCTURE | Get "https://r.example/v2/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)
            INFRASTRUCTURE | Get "https://r.example/v2/": dial tcp 10.0.0.9:443: connect: network is unreachable
            INFRASTRUCTURE | Get "https://r.example/v2/": x509: certificate signed by unknown authority
            INFRASTRUCTURE | received unexpected HTTP status: 503 Service Unavailable
            INFRASTRUCTURE | received unexpected HTTP status: 500 Internal Server Error
            INFRASTRUCTURE | toomanyrequests: You have reached your pull rate limit.
            INFRASTRUCTURE | failed to register layer: Error processing tar file(exit status 1): write /bin/web: no space left on device
            INFRASTRUCTURE | mkdir /var/lib/docker/tmp: permission denied
            INFRASTRUCTURE | error pulling image configuration: unexpected EOF
            INFRASTRUCTURE | no progress for 300 s
            """)
    void pull(Kind kind, String reason) {
        ImageName image = ImageName.parse(reason.contains("/timeout:") ? "localhost:5000/timeout:9" : "web:9");
        assertThat(EngineErrors.ofPull(image, reason)).isEqualTo(kind);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            APPLICATION    | 400 | No command specified
            APPLICATION    | 400 | the working directory 'timeout' is invalid, it needs to be an absolute path
            APPLICATION    | 400 | Minimum memory limit allowed is 6MB
            APPLICATION    | 400 | Minimum memory limit can not be less than memory reservation limit, see usage
            APPLICATION    | 400 | Invalid signal: FOO
            APPLICATION    | 400 | Interval in Healthcheck cannot be less than 1ms
            APPLICATION    | 500 | Cannot mkdir: /etc/hostname is not a directory
            IMAGE          | 400 | invalid reference format: repository name must be lowercase
            INFRASTRUCTURE | 400 | Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available
            INFRASTRUCTURE | 500 | mkdir /var/lib/docker/overlay2/1-init: no space left on device
            INFRASTRUCTURE | 500 | error creating overlay mount to /var/lib/docker/overlay2/1/merged: input/output error
            INFRASTRUCTURE | 503 | dial unix /run/containerd/containerd.sock: timeout
            """)
    void create(Kind kind, int status, String reason) {
        assertThat(EngineErrors.ofCreate(status, reason)).isEqualTo(kind);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            APPLICATION    | 404 | failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown
            APPLICATION    | 400 | failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/tmp": permission denied: unknown
            APPLICATION    | 500 | OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/bin/web": stat /bin/web: no such file or directory: unknown
            APPLICATION    | 500 | OCI runtime create failed: runc create failed: unable to start container process: exec: "/bin/cgroup-timeout": stat /bin/cgroup-timeout: no such file or directory: unknown
            APPLICATION    | 500 | OCI runtime create failed: runc create failed: unable to start container process: exec /bin/web: exec format error
            APPLICATION    | 500 | OCI runtime create failed: runc create failed: unable to start container process: chdir to cwd ("/x") set in config.json failed: permission denied: unknown
            APPLICATION    | 500 | unable to find user nobody123: no matching entries in passwd file
            APPLICATION    | 500 | unable to find group web: no matching entries in group file
            INFRASTRUCTURE | 500 | driver failed programming external connectivity on endpoint web.1.a (27d7): Bind for 0.0.0.0:8080 failed: port is already allocated
            INFRASTRUCTURE | 500 | driver failed programming external connectivity on endpoint web.1.a (27d7): Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use
            INFRASTRUCTURE | 500 | failed to set up container networking: driver failed programming external connectivity on endpoint web.1.a (27d7): failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use
            INFRASTRUCTURE | 500 | failed to create endpoint web.1.a on network bridge: adding interface vethd to bridge docker0 failed: exchange full
            INFRASTRUCTURE | 500 | OCI runtime create failed: runc create failed: unable to start container process: unable to apply cgroup configuration: cannot enter cgroupv2 "/sys/fs/cgroup/docker" with domain controllers: unknown
            INFRASTRUCTURE | 500 | OCI runtime create failed: runc create failed: unable to start container process: error during container init: write /proc/self/attr/keycreate: no space left on device
            INFRASTRUCTURE | 500 | OCI runtime create failed: runc create failed: unable to start container process: can't get final child's PID from pipe: fork/exec: resource temporarily unavailable
            INFRASTRUCTURE | 500 | failed to create task for container: context deadline exceeded
            INFRASTRUCTURE | 500 | error creating overlay mount to /var/lib/docker/overlay2/1/merged: no space left on device
            """)
    void start(Kind kind, int status, String reason) {
        assertThat(EngineErrors.ofStart(status, reason)).isEqualTo(kind);
    }
}
