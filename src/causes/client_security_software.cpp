// Told by a look at the client: a security product filters or inspects the connection.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause client_security_software() {
  return {
      .id = "client-security-software",
      .title = "Security software on the client gets in the way.",
      .stage = Stage::tls,
      .machine = Machine::client,
      .explanation =
          "An antivirus, endpoint or VPN product on the client filters connections by program or content, "
          "or opens TLS to look inside. It lets the connect pass and cuts the stream, so that the client "
          "sees a socket closed by nobody it knows.",
      .tell_apart =
          "From another client in the same network, without the product, it works; or rdpdoctor gets "
          "through from this client and mstsc does not (a rule for the program). A re-signed certificate "
          "(tls-intercepted) or a recorded drop makes it more than a guess.",
      .advice = {"On the client: look into the product's own log at the time of the failure.",
                 "On the client, and on another one in the same network without the product:   rdpdoctor "
                 "diagnose HOST",
                 "In the product: name the host or mstsc.exe as an exception, as narrow as it can be.",
                 "Do not uninstall protection to test; ask those who manage it for its log."},
      .article = Article::names_it,
      .article_note =
          "It also lists netsh winsock reset and netsh int ip reset. The product's own log shows a drop "
          "without either; netsh winsock reset has a ground only when the catalogue holds entries that are "
          "not Windows' own, and netsh int ip reset wipes fixed addresses.",
      .fixes = {"allow-mstsc-through-firewall"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "a product that filters the stream closes the client's socket"},
                {"extended", 0x7, Certainty::possible,
                 "a product that filters the stream cuts the connection early"},
                {"winsock", 10053, Certainty::possible, "something on this computer gave the connection up"},
                {"winsock", 10038, Certainty::possible, "a layered filter damaged the socket"}},
      .judge = needs_client,
  };
}

}  // namespace rdpdoctor::causes
