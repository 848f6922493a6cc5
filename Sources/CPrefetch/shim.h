// Swift has no way to say "this will be read soon" to the processor; C's built-in becomes one instruction.
#pragma once

static inline void thermocline_prefetch(const void *address) { __builtin_prefetch(address); }
