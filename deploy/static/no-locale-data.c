/* Locale data that holds nothing, in place of the 34 MB that Swift's static Foundation brings along.
 *
 * Foundation's ICU finds its data (time zones, calendars, the words of all languages) under the symbol icudt76_dat. The YAML
 * and SQLite libraries import Foundation, so a program with the Swift runtime inside holds all of it; Thermocline formats
 * nothing for a locale and reads none of it. `build` beside this file tells the linker to take what stands here for that symbol.
 *
 * The layout is ICU's common data (unicode/udata.h, "CmnD"): a header, then a table of contents, here with no entry. Whoever
 * asks for data gets ICU's ordinary answer for data that is missing.
 */
#include <stdint.h>

struct empty_common_data {
  uint16_t header_size;
  uint8_t magic[2];
  uint16_t info_size, reserved;
  uint8_t is_big_endian, is_ebcdic, size_of_uchar, reserved_byte;
  uint8_t data_format[4], format_version[4], data_version[4];
  uint8_t padding[8];
  uint32_t entries;
};

__attribute__((aligned(16))) const struct empty_common_data no_locale_data = {
    .header_size = 32,
    .magic = {0xda, 0x27},
    .info_size = 20,
    .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
    .size_of_uchar = 2,
    .data_format = {'C', 'm', 'n', 'D'},
    .format_version = {1},
};
