#pragma once

namespace bellwether::detect {

/// The severity, 0 to 100, that people see for evidence (-log10 of a probability): 70 is what a
/// quiet series shows by chance once in five months of 5-minute values.
float severity_of(float evidence);

/// The evidence it takes for a severity above 0.
float evidence_for(float severity);

/// Evidence from which severity is 70 and the model is held still.
constexpr float alarming_evidence = 4.6F;

}  // namespace bellwether::detect
