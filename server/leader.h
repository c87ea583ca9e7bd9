/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What those see who may see totals and no device: no device is named, and no total is of fewer
 * than five devices, also not by taking one total from another.
 */
#pragma once

#include "json.h"

#define LEADER_LEAST 5

/* Each changes an answer of server/openapi.json of that name. */
must_check int leader_hide_fleet(struct json_object *fleet);
must_check int leader_hide_control(struct json_object *control);
must_check int leader_hide_groups(struct json_object *groups);
