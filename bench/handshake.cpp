// Processor time of one healthy diagnosis beside that of bare OpenSSL handshakes with the same server, in one
// run. Both clients run on this thread, the lab on another; only this thread's processor time counts.
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <future>
#include <thread>

#include "lab/lab.h"
#include "probe/run.h"

namespace {

using namespace rdpdoctor;

double processor_ms() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  auto ms = [](timeval t) {
    return static_cast<double>(t.tv_sec) * 1000 + static_cast<double>(t.tv_usec) / 1000;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// X.224 by a fixed request, then SSL_connect over the socket: the least any client does.
void bare_handshake(std::uint16_t port, SSL_CTX* context) {
  int s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) std::abort();
  const unsigned char request[] = {3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0x0B, 0, 0, 0};
  unsigned char answer[19];
  if (write(s, request, sizeof request) != sizeof request ||
      recv(s, answer, sizeof answer, MSG_WAITALL) != sizeof answer)
    std::abort();
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, s);
  if (SSL_connect(ssl) != 1) std::abort();
  SSL_free(ssl);
  close(s);
}

}  // namespace

int main() {
  constexpr int rounds = 40;
  std::promise<std::uint16_t> ready;
  net::Reactor* server = nullptr;
  std::thread lab_thread([&] {
    net::Reactor reactor;
    lab::Lab lab(reactor);
    auto port = lab.serve(*lab::find_fault("healthy-nla"), "127.0.0.1", 0);
    server = &reactor;
    ready.set_value(port.value());
    reactor.run();
  });
  std::uint16_t port = ready.get_future().get();

  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  bare_handshake(port, context);
  double before = processor_ms();
  for (int i = 0; i < rounds; ++i) bare_handshake(port, context);
  double bare = (processor_ms() - before) / rounds;

  double spent = 0;
  std::size_t handshakes = 0, hellos = 0;
  for (int i = 0; i <= rounds; ++i) {
    net::Reactor reactor;
    probe::Options o;
    o.target = {.asked = "127.0.0.1", .host = "127.0.0.1", .port = port, .is_address = true, .addresses = {}};
    before = processor_ms();
    auto c = probe::run(reactor, o);
    if (i == 0) continue;  // the first one pays for what is made once
    spent += processor_ms() - before;
    for (const auto& k : c.connections) {
      handshakes += k.asked.tls == "handshake";
      hellos += !k.asked.tls.empty() && k.asked.tls != "handshake";
    }
  }
  double diagnosis = spent / rounds;
  std::printf("%-58s %.2f ms, %zu handshake(s), %zu ClientHello(s)\n",
              "processor time of a healthy diagnosis", diagnosis, handshakes / rounds, hellos / rounds);
  std::printf(
      "%-58s %-34s bar: 2\n", "beside one bare OpenSSL handshake for each handshake made",
      (std::to_string(diagnosis / (bare * static_cast<double>(handshakes) / rounds)) + " times").c_str());
  server->post([&] { server->stop(); });
  lab_thread.join();
  SSL_CTX_free(context);
}
