#include "cli/app.h"

int main(int argc, char** argv) {
  return rdpdoctor::cli::run(argc, argv);
}
