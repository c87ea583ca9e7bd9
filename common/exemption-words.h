/* SPDX-License-Identifier: Apache-2.0 */
/* The closed words of an exemption, and what each feature has fail. A word that is not here cannot
 * be said: nobody is identified, rated or watched by an exemption. */
#pragma once

#include "base.h"

/* What is on while it runs */
enum exemption_feature {
	EXEMPTION_NO_FEATURE, /* the controls it names, and no setting */
	EXEMPTION_CAMERA,
	EXEMPTION_MICROPHONE,
	EXEMPTION_RECORDING,
	EXEMPTION_SCREEN_CAPTURE,
};
#define EXEMPTION_FEATURE_COUNT 5

const char *exemption_feature_word(enum exemption_feature feature); /* "recording"; "" for none */
/* -EINVAL */
must_check int exemption_feature_parse(const char *word, enum exemption_feature *ret_feature);
bool exemption_feature_covers(enum exemption_feature feature, const char *control);

enum exemption_list {
	EXEMPTION_APPROVERS,
	EXEMPTION_ASKERS,
	EXEMPTION_BASES,      /* in law */
	EXEMPTION_CONSENTS,   /* of those concerned, where the basis is consent */
	EXEMPTION_CONSIDERED, /* what would have done with less */
	EXEMPTION_DECLINING,  /* what happens to whoever says no */
	EXEMPTION_PERSONS,
	EXEMPTION_PUPILS, /* why they are to be seen */
	EXEMPTION_PURPOSES,
	EXEMPTION_TAKING_PART,
};
bool exemption_word_known(enum exemption_list list, const char *word);
/* The i-th word of a list, in order; NULL behind the last */
const char *exemption_word(enum exemption_list list, size_t i);
