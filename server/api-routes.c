/* SPDX-License-Identifier: Apache-2.0 */
/* Every path of the API; each is in openapi.json, which a test compares. */
#include "api.h"

#define ROUTES(X)                      \
	X(api_route_control)           \
	X(api_route_controls)          \
	X(api_route_device)            \
	X(api_route_devices)           \
	X(api_route_enrol)             \
	X(api_route_exemption)         \
	X(api_route_exemption_approve) \
	X(api_route_exemption_ask)     \
	X(api_route_exemption_end)     \
	X(api_route_exemption_refuse)  \
	X(api_route_exemptions)        \
	X(api_route_fleet)             \
	X(api_route_health)            \
	X(api_route_leave)             \
	X(api_route_policy)            \
	X(api_route_policy_back)       \
	X(api_route_policy_edit)       \
	X(api_route_policy_follow)     \
	X(api_route_policy_preview)    \
	X(api_route_purge)             \
	X(api_route_reports)           \
	X(api_route_rights)            \
	X(api_route_rights_dispute)    \
	X(api_route_rights_erase)      \
	X(api_route_rights_export)     \
	X(api_route_rights_lost)       \
	X(api_route_session_end)       \
	X(api_route_session_show)      \
	X(api_route_session_start)     \
	X(api_route_settings)          \
	X(api_route_settings_put)      \
	X(api_route_setup)             \
	X(api_route_table)             \
	X(api_route_texts)

#define X(name) extern const struct api_route name;
ROUTES(X)
#undef X

const struct api_route *const api_routes[] = {
#define X(name) &name,
	ROUTES(X)
#undef X
};
const size_t api_routes_len = ARRAY_LEN(api_routes);
