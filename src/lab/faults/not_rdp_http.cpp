// A web server holds the port.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault not_rdp_http() {
  return {
      .id = "not-rdp-http",
      .title = "A web server holds the port",
      .expects = "not-rdp",
      .behaviour = {
          .answer_to_anything =
              "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"}};
}

}  // namespace rdpdoctor::lab
