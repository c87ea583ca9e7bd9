/* SPDX-License-Identifier: Apache-2.0 */
#include "distro-info.h"
#include "clock.h"

#include <string.h>

static const struct {
	const char *word;
	const char *column;
} tiers[DISTRO_INFO_TIER_COUNT] = {
	[DISTRO_INFO_REGULAR] = {"regular", "eol"},
	[DISTRO_INFO_LTS] = {"lts", "eol-lts"},
	[DISTRO_INFO_ELTS] = {"elts", "eol-elts"},
	[DISTRO_INFO_ESM] = {"esm", "eol-esm"},
	[DISTRO_INFO_LEGACY] = {"legacy", "eol-legacy"},
};

struct row {
	struct span cells[DISTRO_INFO_COLUMNS_MAX];
	size_t len;
};

static struct row row_split(struct span line)
{
	struct row row = {.len = 0};
	struct span cell;

	if (line.len > 0 && line.p[line.len - 1] == '\r') {
		line.len--;
	}
	while (row.len < DISTRO_INFO_COLUMNS_MAX && span_next(&line, ',', &cell)) {
		row.cells[row.len++] = span_trim(cell);
	}
	return row;
}

static struct span row_get(const struct row *header, const struct row *row, const char *column)
{
	for (size_t i = 0; i < header->len && i < row->len; i++) {
		if (span_eq(header->cells[i], column)) {
			return row->cells[i];
		}
	}
	return (struct span){"", 0};
}

static int64_t row_date(const struct row *header, const struct row *row, const char *column)
{
	struct span cell = row_get(header, row, column);
	int64_t day;

	if (cell.len == 0 || clock_parse(cell.p, cell.len, &day) != 0) {
		return 0;
	}
	return day;
}

static bool span_same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* Ubuntu's table writes "24.04 LTS" where os-release says 24.04 */
static bool version_matches(struct span cell, struct span version)
{
	struct span number;

	return span_next(&cell, ' ', &number) && span_same(number, version);
}

static bool row_matches(
	const struct row *header, const struct row *row, struct span version, struct span series)
{
	if (version.len > 0) {
		return version_matches(row_get(header, row, "version"), version);
	}
	return series.len > 0 && span_same(row_get(header, row, "series"), series);
}

int distro_info_find(
	struct span csv, struct span version, struct span series, struct distro_info *ret_info)
{
	struct row header;
	struct span line;

	if (!span_next(&csv, '\n', &line)) {
		return -EBADMSG;
	}
	header = row_split(line);
	if (row_get(&header, &header, "version").len == 0 ||
		row_get(&header, &header, "eol").len == 0) {
		return -EBADMSG;
	}
	while (span_next(&csv, '\n', &line)) {
		struct row row = row_split(line);
		struct distro_info info = {0};

		if (!row_matches(&header, &row, version, series)) {
			continue;
		}
		info.release = row_date(&header, &row, "release");
		for (size_t i = 0; i < DISTRO_INFO_TIER_COUNT; i++) {
			info.end[i] = row_date(&header, &row, tiers[i].column);
		}
		*ret_info = info;
		return 0;
	}
	return DISTRO_INFO_E_MISSING;
}

int distro_info_tier_parse(struct span word, enum distro_info_tier *ret_tier)
{
	for (size_t i = 0; i < DISTRO_INFO_TIER_COUNT; i++) {
		if (span_eq(word, tiers[i].word)) {
			*ret_tier = (enum distro_info_tier)i;
			return 0;
		}
	}
	return -EINVAL;
}
