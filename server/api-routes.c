/* SPDX-License-Identifier: Apache-2.0 */
/* Every path of the API; each is in openapi.json, which a test compares. */
#include "api.h"

/* api-routes.inc: one name a line, sorted but for what most come for, which is found first */
#define API_ROUTE(name) extern const struct api_route api_route_##name;
#include "api-routes.inc"
#undef API_ROUTE

const struct api_route *const api_routes[] = {
#define API_ROUTE(name) &api_route_##name,
#include "api-routes.inc"
#undef API_ROUTE
};
const size_t api_routes_len = ARRAY_LEN(api_routes);
