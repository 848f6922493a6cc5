// What Swift cannot import from librdkafka (variadics, macros) gets an inline twin here.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
