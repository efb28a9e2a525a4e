// An FTP server holds the port: it speaks first.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault not_rdp_ftp() {
  return {.id = "not-rdp-ftp",
          .title = "An FTP server holds the port",
          .expects = "not-rdp",
          .behaviour = {.greeting = "220 FTP server ready.\r\n",
                        .answer_to_anything = "500 Unknown command.\r\n"}};
}

}  // namespace rdpdoctor::lab
