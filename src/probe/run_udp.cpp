#include "probe/side.h"

namespace rdpdoctor::probe {
namespace {

class Nothing final : public Side {
 public:
  void pump() override {}
  [[nodiscard]] bool busy() const override { return false; }
};

}  // namespace

std::unique_ptr<Side> udp_side(Shared& /*shared*/) {
  return std::make_unique<Nothing>();
}

}  // namespace rdpdoctor::probe
