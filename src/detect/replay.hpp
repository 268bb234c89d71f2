#pragma once

#include "feedback_memory.hpp"
#include "historian.hpp"
#include "series_model.hpp"

namespace bellwether::detect {

/// A model that starts from history has seen so much that its gains need not be those of a newborn.
constexpr unsigned replay_begins_at = 50;

/// Lets a model live through its history again with what `study` has found in it, silently; its
/// traits and profiles are installed already.
///
/// What people called normal is learnt even if it looks like an outlier.
void replay(SeriesModel& model, const Cadence& cadence, const SeriesHistory& history,
            const Study& study, const Told& told = {});

}  // namespace bellwether::detect
