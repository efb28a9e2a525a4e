// Judges whether the host ends every TLS handshake on the ClientHello, as one does that can't use its private
// key.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "causes/engine/hello_filter.h"
#include "causes/engine/key_views.h"
#include "causes/engine/log_views.h"
#include "causes/engine/reset_senders.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Alerts that name a reason of their own: version, security level, fallback, extension, server name, client
// certificate (RFC 8446 6.2).
bool alerts_name_another_reason(const Connections& cut) {
  return all_ended_by_alert(cut, {70, 71, 86, 109, 110, 112, 116});
}

// The negotiation of every connection that asked as clients do; the odd questions of the probe may go
// unanswered.
Connections negotiations(const CaseFile& c) {
  std::string address = main_address(c);
  return finished(c, [&](const Connection& conn) {
    bool odd = conn.asked.proxy_header || !conn.asked.protocols;
    bool here = address.empty() || conn.asked.address == address;
    return here && !odd && tcp_up(conn) && conn.x224.outcome != evidence::X224Outcome::not_tried;
  });
}

bool enough_variety(const Connections& hellos) {
  std::set<std::string> offers;
  std::size_t handshakes = 0;
  for (const Connection* conn : hellos) {
    offers.insert(conn->asked.tls);
    if (conn->asked.tls == "handshake") ++handshakes;
  }
  auto has = [&](std::initializer_list<const char*> all) {
    return std::all_of(all.begin(), all.end(), [&](const char* offer) { return offers.contains(offer); });
  };
  return 3 <= handshakes &&
         (has({"wide", "modern", "tls1.2"}) || has({"tls1.0", "tls1.1", "tls1.2", "tls1.3"}));
}

std::string offers_tried(const Connections& hellos) {
  std::set<std::string> offers;
  for (const Connection* conn : hellos) offers.insert(conn->asked.tls);
  bool handshakes = offers.erase("handshake") > 0;
  std::string list = join({offers.begin(), offers.end()}, ", ");
  if (list.empty()) return "only whole handshakes were tried";
  return (handshakes ? "whatever is offered, in whole handshakes and in ClientHellos called "
                     : "whatever is offered: ") +
         list;
}

Certainty certainty_of(const Connections& hellos, const Connections& negotiated,
                       const HelloFilterSigns& signs, const ResetSenders& resets) {
  bool x224_steady = all_of(negotiated, x224_answered);
  // A filter on the way is excluded by what it lets pass, or by the RSTs' own distance.
  bool filter_tested =
      ((signs.split_cut && signs.control_made) || all_from_host(resets)) && signs.early.empty();
  if (!resets.elsewhere.empty() || !resets.beside.empty()) return Certainty::possible;
  bool like_a_host = !signs.plain_reached_tls && ended_inside_server_hello(hellos).empty();
  bool sure = enough_variety(hellos) && x224_steady && filter_tested && like_a_host &&
              !alerts_name_another_reason(hellos);
  return sure ? Certainty::likely : Certainty::possible;
}

// All ClientHellos, the split one too, as the ladder counts them.
Connections all_hellos(Connections hellos, const HelloFilterSigns& signs) {
  if (signs.split_cut) hellos.push_back(signs.split_cut);
  return hellos;
}

std::string where_it_ends(const Connections& hellos) {
  Connections partly = ended_inside_server_hello(hellos);
  if (partly.empty()) return "before its ServerHello";
  return fmt::format("after {} bytes of its answer", partly.front()->tls.bytes);
}

std::vector<EvidenceLine> lines(const Connections& hellos, const Connections& negotiated,
                                const HelloFilterSigns& signs, const ResetSenders& resets,
                                bool offers_weighed) {
  std::vector<EvidenceLine> out;
  Connections all = all_hellos(hellos, signs);
  out.push_back({source("tls", all), fmt::format("it chooses TLS, then ends the handshake {} ({})",
                                                 where_it_ends(hellos), endings(all))});
  if (enough_variety(hellos) && !offers_weighed) {
    out.push_back({source("tls", hellos), offers_tried(hellos)});
  }
  Connections answered = filter(negotiated, x224_answered);
  if (!answered.empty()) {
    out.push_back(
        {source("x224", answered), fmt::format("X.224 is answered {} times: the path and the listener work",
                                               share(answered.size(), negotiated.size()))});
  }
  if (signs.split_cut) {
    out.push_back({source("tls", *signs.split_cut), "a ClientHello in two segments ends the same way (" +
                                                        tls_ending_words(*signs.split_cut) + ")"});
  }
  if (signs.control_cut) {
    out.push_back(
        {source("tls", *signs.control_cut), "so does a record of that size that is no ClientHello (" +
                                                tls_ending_words(*signs.control_cut) + ")"});
  }
  if (all_from_host(resets))
    out.push_back({source("tls", resets.host), sender_words(resets.host, resets.host.size())});
  if (resets.unwatched) {
    out.push_back({"probe",
                   "a device that ends all that follows the Confirm would look the same: how far away "
                   "the RST's sender is needs " +
                       std::string(need::packets)});
  }
  for (const Connections* strangers : {&resets.elsewhere, &resets.beside}) {
    if (strangers->empty()) continue;
    out.push_back({source("tls", *strangers),
                   "against it: " + sender_words(*strangers, strangers->size() + resets.host.size())});
  }
  if (offers_weighed) {
    out.push_back({source("tls", all),
                   "against it: the answers differ with what is sent, so its TLS is "
                   "alive and reads the offers: think of tls-cipher-mismatch first"});
  }
  if (signs.plain_reached_tls) {
    out.push_back({source("tls", *signs.plain_reached_tls),
                   "against it: bytes that are no TLS reach the host's TLS, which answers " +
                       tls_ending_words(*signs.plain_reached_tls)});
  }
  if (!signs.early.empty()) out.push_back({source("tls", signs.early), "against it: " + early_words(signs)});
  if (alerts_name_another_reason(hellos)) {
    out.push_back({source("tls", hellos), "against it: the alert names another reason"});
  }
  return out;
}

Found after_server_hello(const Connections& ended) {
  Found found{Certainty::possible, {}, true, "The host ends TLS after its ServerHello.", {}};
  found.evidence.push_back(
      {source("tls", ended), fmt::format("TLS ends after its ServerHello, every time ({})", endings(ended))});
  found.evidence.push_back({source("tls", ended),
                            "not told apart from here: a key that it can't sign with, a client certificate "
                            "that it demands, a device on the path"});
  return found;
}

// What the host itself has: with a key file that is right the wire's signs mean less.
void weigh_key_file(const CaseFile& c, Found& found) {
  std::string file = c.host ? usable_key_file(*c.host) : "";
  if (file.empty()) return;
  found.certainty = Certainty::possible;
  found.evidence.push_back(
      {file, "against it: the key file is there, has content, and NETWORK SERVICE may read it"});
}

Verdict judge(const CaseFile& c) {
  Connections hellos = whole_hellos(c);
  if (hellos.empty()) return no_hello_sent(c);
  if (Connections late = ended_after_server_hello(hellos); !late.empty()) return after_server_hello(late);
  Connections answered = with_fate(hellos, Fate::answered);
  HelloFilterSigns signs = hello_filter_signs(c);
  if (const Connection* split = hello(c, "split"); split && fate(*split) == Fate::answered)
    answered.push_back(split);
  if (!answered.empty()) return excluded("a ServerHello came (" + source("tls", answered) + ")");
  Connections cut = with_fate(hellos, Fate::cut);
  if (cut.empty()) return excluded("the host ends no handshake: what came was " + endings(hellos));
  if (cut.size() < hellos.size()) {
    return needs(need::repeats);
  }
  if (std::string silent = tls_reported_nothing(c); !silent.empty()) return excluded(silent);
  if (signs.control_reached_tls) {
    return excluded(
        fmt::format("the host's TLS is alive: it answered a record that is no ClientHello by {} ({})",
                    tls_ending_words(*signs.control_reached_tls), source("tls", *signs.control_reached_tls)));
  }
  ResetSenders resets = hello_resets(c);
  if (all_from_elsewhere(resets)) {
    return excluded(sender_words(resets.elsewhere, resets.elsewhere.size()) + " (" +
                    source("tls", resets.elsewhere) + ")");
  }
  Connections negotiated = negotiations(c);
  bool offers_weighed = weighs_offers(c, hellos);
  Certainty certainty =
      answers_vary(c, hellos) ? Certainty::possible : certainty_of(hellos, negotiated, signs, resets);
  // A host that weighs the offers fails over them rather than over its key, so the suites are named first.
  Found found{certainty, lines(hellos, negotiated, signs, resets, offers_weighed), !offers_weighed, "", {}};
  weigh_key_file(c, found);
  return found;
}

std::vector<EventFit> told_by_the_host() {
  return {
      {"Schannel", 36870, "0x8009030D", Certainty::proven, "the machine's TLS can't use a private key"},
      {"Schannel", 36870, "0x80090016", Certainty::likely, "the machine's TLS finds no such key container"},
      {"Schannel", 36869, "", Certainty::likely, "the certificate has no private key with it"},
      {"TerminalServices-RemoteConnectionManager", 1055, "", Certainty::likely,
       "the service can't reach the private key of the certificate that it was given"},
      {"TerminalServices-RemoteConnectionManager", 1057, "", Certainty::likely,
       "the service could not make a new certificate of its own"},
      {"TerminalServices-RemoteConnectionManager", 1058, "", Certainty::likely,
       "the service could not replace its expired certificate"}};
}

}  // namespace

Cause certificate_key_unusable() {
  return {
      .id = "certificate-key-unusable",
      .title = "The host cannot use its certificate's private key.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "The service that answers Remote Desktop needs the private key of its certificate for every "
          "connection. If NETWORK SERVICE can't read the key's file, or the file is empty or gone or belongs "
          "to another installation (a cloned machine), the listener goes on accepting connections and "
          "promising TLS, and then drops each one when TLS begins. Windows does not mend it by itself, since "
          "the certificate is still valid; and since the one that it makes lives about six months, the "
          "damage may show long after it was done. The client sees only that its socket was closed. The key "
          "of a certificate of your own is another file: give NETWORK SERVICE Read in certlm.msc > Personal "
          "> the certificate > All Tasks > Manage Private Keys. Never rename or reset the whole MachineKeys "
          "folder: other services keep their keys there.",
      .tell_apart =
          "A host like this answers X.224 every time and ends every ClientHello, whatever is offered. If one "
          "version or cipher offer gets a ServerHello, it is tls-version-mismatch or tls-cipher-mismatch. If "
          "a ClientHello in two pieces passes, or only real ClientHellos are ended while other records of "
          "the same size reach the host's TLS, it is reset-in-path. Silence instead of an end is "
          "tls-stalled. The wire alone never proves it: the host's event Schannel 36870 and the key file "
          "do.",
      .advice =
          {"On the host, PowerShell, to confirm (0x8009030D in it is the sign):   Get-WinEvent "
           "-FilterHashtable @{LogName='System'; ProviderName='Schannel'; Id=36870} -MaxEvents 5",
           "On the host, as administrator, who may read the self-made certificate's key (a Deny beats a "
           "grant):   icacls "
           "\"C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686aace6942fb7f7ceb231212eef4a4_*\"",
           "If NETWORK SERVICE lacks (R), add it to that file (undo: /remove:g *S-1-5-20). If denied: "
           "takeown /f \"FILE\" /a, given back by icacls \"FILE\" /setowner *S-1-5-18:   icacls \"FILE\" "
           "/grant *S-1-5-20:R",
           "If the key is empty, gone or another machine's, PowerShell as administrator, note the thumbprint "
           "and keep a copy:   dir \"Cert:\\LocalMachine\\Remote Desktop\"; reg export "
           "\"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\" C:\\rdp-store.reg",
           "Then, from the console, as it ends sessions (undo: rename back, reg import C:\\rdp-store.reg, "
           "restart):   Rename-Item -Force \"FILE\" f686.old; Remove-Item \"Cert:\\LocalMachine\\Remote "
           "Desktop\\THUMBPRINT\"; Restart-Service SessionEnv; Restart-Service TermService -Force"},
      .article = Article::names_it,
      .article_note =
          "It is one guess among many there. The code does not say it: every connection that is closed early "
          "looks the same. What says it is a host that promises TLS and ends every ClientHello.",
      .fixes = {"grant-key-access", "regenerate-certificate", "clear-certificate-binding",
                "restart-remote-desktop-services"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the client saw its socket closed when TLS began",
                 true},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"tls-alert", 40, Certainty::possible, "a host without a usable key may give up so"},
                {"tls-alert", 80, Certainty::possible,
                 "the host failed inside, which a key it can't use explains"},
                {"schannel", 0x8009030D, Certainty::likely,
                 "in the host's event 36870 it says that the private key can't be used"},
                {"schannel", 0x80090016, Certainty::possible, "the key container can't be opened"},
                {"schannel", 0x8009000D, Certainty::possible, "there is no such key"},
                {"schannel", 0x80090010, Certainty::possible, "the service may not use the key"},
                {"schannel", 0x8009000F, Certainty::possible,
                 "an old key file blocks the making of a new one"},
                {"schannel", 0x80090304, Certainty::possible, "what a client makes of the host's alert 80"},
                {"schannel", 0x80090326, Certainty::possible, "what a client makes of the host's alert 40"},
                {"freerdp", 0x20008, Certainty::possible, "the TLS handshake failed"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection broke off while it was set up"}},
      .events = told_by_the_host(),
      .signs = {{"xrdp-key-unreadable", Certainty::likely, "the service says that it cannot read its key"},
                {"event-36870", Certainty::likely, "the host's log names the private key"},
                {"event-1057", Certainty::likely,
                 "a key that cannot be opened or made stops the new certificate"},
                {"event-1058", Certainty::likely, "the replacing failed, mostly for its key"},
                {"event-1055", Certainty::likely, "the host's log names the private key"},
                {"mstsc-internal-error", Certainty::possible,
                 "mstsc says only 'internal error' when the host ends TLS"},
                {"mstsc-connection-lost", Certainty::possible,
                 "the open connection was closed from the other end"},
                {"read-reset", Certainty::possible, "a host that cannot use its key resets the handshake"},
                {"read-closed", Certainty::possible, "a host that cannot use its key closes the handshake"},
                {"freerdp-server-refused", Certainty::possible,
                 "the host closed while the connection was set up"},
                {"tls-handshake-failed", Certainty::possible, "the TLS handshake failed"},
                {"event-36871", Certainty::possible, "Schannel could not make its credential"},
                {"event-226", Certainty::possible, "the client's TLS part met an error"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
