// The opener of TLS connections: a key log with its length before it, then pieces of either direction: who
// (odd: the host), length, bytes. Delivery byte by byte must open what delivery at once opens, and nothing is
// opened that was not fed. The handshake messages that TLS 1.3 would let nobody forge are also read by
// themselves.

#include "wire/tls_opener.h"

#include "fuzz.h"
#include "wire/tls_handshake.h"

namespace rdpdoctor::fuzz {
namespace {

using wire::TlsOpener;

struct Opened {
  Bytes client;
  Bytes host;
  TlsOpener::State state = TlsOpener::State::waiting;
  std::string problem;
};

void take(TlsOpener& opener, TlsOpener::From who, Bytes& into) {
  const Bytes plain = opener.take(who);
  into.insert(into.end(), plain.begin(), plain.end());
}

Opened open(Reader r, const wire::TlsKeyLog& log, std::size_t piece) {
  TlsOpener opener(log);
  Opened out;
  while (r.left() >= 3) {
    const auto who = r.u8("who") % 2 == 1 ? TlsOpener::From::host : TlsOpener::From::client;
    const std::size_t length = r.u16be("length");
    View said = r.bytes(length < r.left() ? length : r.left(), "said");
    while (!said.empty()) {
      const View now = said.first(piece < said.size() ? piece : said.size());
      opener.feed(who, now);
      take(opener, TlsOpener::From::client, out.client);
      take(opener, TlsOpener::From::host, out.host);
      said = said.subspan(now.size());
    }
  }
  out.state = opener.state();
  out.problem = opener.problem();
  return out;
}

}  // namespace

void run(View bytes) {
  Reader r(bytes);
  const std::size_t size = r.u16be("key log");
  const View text = r.bytes(size < r.left() ? size : r.left(), "key log");
  wire::TlsKeyLog log;
  log.add({reinterpret_cast<const char*>(text.data()), text.size()});
  const Opened whole = open(r, log, 65536);
  const Opened pieces = open(r, log, 1);
  expects(whole.client == pieces.client && whole.host == pieces.host);
  expects(whole.state == pieces.state);
  expects((whole.state == TlsOpener::State::failed) <= !whole.problem.empty());
  expects(whole.client.size() + whole.host.size() <= bytes.size());

  (void)wire::client_random_of(bytes);
  if (auto choice = wire::read_server_choice(bytes)) expects(choice->random.size() == 32);
  if (auto chain = wire::read_tls13_certificates(bytes)) expects(chain->size() <= 32);
}

}  // namespace rdpdoctor::fuzz
