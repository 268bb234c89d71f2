// Malformed configurations: mistakes in `server`, `store`, `clock`, `log` and `aws`, each with the
// lines a user sees.

#include "bad_config.hpp"

namespace bellwether::config {
namespace {

const std::vector<BadConfig> cases{
    {R"(server: { listen: 127.0.0.1 }
)",
     {"1:19: server.listen: must be a numeric address and a port, such as 127.0.0.1:8088 or "
      "[::1]:8088"}},
    {R"(server:
  listen: 0.0.0.0:8088
)",
     {"2:11: server.listen: '0.0.0.0:8088' can be reached by others, so auth.tokens must list who "
      "may come in; or listen at 127.0.0.1"}},
    {R"(server:
  listen: 0.0.0.0:8088
  auth: { tokens: [{ name: a, role: admin, sha256: "0000000000000000000000000000000000000000000000000000000000000000" }] }
)",
     {"2:11: server.listen: '0.0.0.0:8088' can be reached by others, and without tls anyone on the "
      "way can read and use the tokens; give tls, or insecure: true where something in front of it "
      "encrypts"}},
    {R"(server: { listen: 8088 }
)",
     {"1:19: server.listen: must be text; put it in quotes"}},
    {R"(server: { tls: { certificate: server.pem } }
)",
     {"1:16: server.tls.key: is missing; give the path of a PEM file"}},
    {R"(server:
  auth:
    tokens:
      - { name: ops, role: admin, sha256: "9f86" }
)",
     {"4:43: server.auth.tokens[0].sha256: must be 64 hexadecimal digits, as `printf %s TOKEN | "
      "sha256sum` prints"}},
    {R"(server: { auth: { tokens: [{ name: a, role: root, sha256: "0000000000000000000000000000000000000000000000000000000000000000" }] } }
)",
     {"1:45: server.auth.tokens[0].role: 'root' is not known; use viewer, editor or admin"}},
    {R"(server: { auth: { tokens: [{ name: a, role: admin, token: s3cret }] } }
)",
     {"1:28: server.auth.tokens[0].sha256: is missing; hash the token with sha256sum",
      "1:59: server.auth.tokens[0].token: the token itself is never written here; give its "
      "sha256"}},
    {R"(server:
  auth:
    tokens:
      - { name: a, role: admin, sha256: "0000000000000000000000000000000000000000000000000000000000000000" }
      - { name: a, role: viewer, sha256: "1111111111111111111111111111111111111111111111111111111111111111" }
)",
     {"5:17: server.auth.tokens[1].name: 'a' stands twice"}},
    {R"(server: { auth: { access_keys: [{ id: AKIA, role: editor, secret: s3cret }] } }
)",
     {"1:67: server.auth.access_keys[0].secret: secrets are never inline; use secret_file or "
      "secret_env"}},
    {R"(server: { auth: { access_keys: [{ id: AKIA, role: editor }] } }
)",
     {"1:33: server.auth.access_keys[0].secret_file: is missing; give secret_file or secret_env"}},
    {R"(server: { limits: { body_bytes: -1 } }
)",
     {"1:33: server.limits.body_bytes: must be a whole number, zero or more"}},
    {R"(server: { limits: { bodies_bytes: 268435456 } }
)",
     {"1:35: server.limits.bodies_bytes: is superseded by server.memory, which bounds all that "
      "requests hold; say that"}},
    {R"(server: { memory: half }
)",
     {"1:19: server.memory: must be a percentage of the machine's memory (25%), a size in KiB, MiB "
      "or GiB (256MiB) or a number of bytes"}},
    {R"(server: { memory: 63MiB }
)",
     {"1:19: server.memory: must be at least 64MiB"}},
    {R"(server: { memory: 67108864, limits: { body_bytes: 33554433 } }
)",
     {"1:51: server.limits.body_bytes: must not be more than half of server.memory"}},
    {R"(server: { limits: { requests_per_second: many } }
)",
     {"1:42: server.limits.requests_per_second: must be a number"}},
    {R"(server: { public_url: bellwether.example.org }
)",
     {"1:23: server.public_url: must begin with http:// or https://"}},
    {R"(store: { retention: 400 }
)",
     {"1:21: store.retention: must be a duration with its unit, such as 30s, 5m, 1h or 1d"}},
    {R"(store: { retention: 400 days }
)",
     {"1:21: store.retention: '400 days' is not a duration; write it as 30s, 5m, 1h, 1d or 1h30m"}},
    {R"(store: { retention: 30m })", {"1:21: store.retention: must be at least 1d"}},
    {R"(clock: { mode: fast }
)",
     {"1:16: clock.mode: 'fast' is not known; use system or replay"}},
    {R"(clock: { mode: replay, speed: 60 }
)",
     {"1:8: clock.start: is missing; replay begins at a time, such as 2026-03-01T00:00:00Z"}},
    {R"(clock: { mode: replay, start: 2026-03-01T00:00:00Z, speed: 0 }
)",
     {"1:60: clock.speed: must be greater than zero"}},
    {R"(clock: { mode: replay, start: 2026-03-01, speed: 1 }
)",
     {"1:31: clock.start: '2026-03-01' is not a time; write it as 2026-03-20T08:00:00Z"}},
    {R"(clock: { speed: 60 }
)",
     {"1:17: clock.speed: has a meaning only with mode: replay"}},
    {R"(log: { level: loud }
)",
     {"1:15: log.level: 'loud' is not known; use debug, info, warning or error"}},
    {R"(aws: { account: 123 }
)",
     {"1:17: aws.account: must be text; put it in quotes"}},
    {R"(aws: { account: "123" }
)",
     {"1:17: aws.account: must be 12 digits, in quotes"}},
    {R"(aws: { credentials: { access_key_id: AKIA, secret: x } }
)",
     {"1:52: aws.credentials.secret: secrets are never inline; use secret_file or secret_env"}},
};

INSTANTIATE_TEST_SUITE_P(BadServer, BadConfigs, ::testing::ValuesIn(cases));

}  // namespace
}  // namespace bellwether::config
