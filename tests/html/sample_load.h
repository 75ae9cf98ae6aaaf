// A load of ten minutes, of which one went badly, and what its services took.
#pragma once

#include "record/results.h"

peregrine::record::RunResult sample_load();
