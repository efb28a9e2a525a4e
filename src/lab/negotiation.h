// What the acting host answers to a connection request: a pure function of its behaviour.
#pragma once

#include "lab/fault.h"
#include "wire/x224.h"

namespace rdpdoctor::lab {

[[nodiscard]] wire::ConnectionConfirm answer_to(const wire::ConnectionRequest& request,
                                                const Behaviour& behaviour);

}  // namespace rdpdoctor::lab
