/* SPDX-License-Identifier: Apache-2.0 */
#include "exemption-words.h"

#include <string.h>

#define FEATURE_CONTROLS_MAX 3

/* controls.json: the controls that the feature, being on, has fail */
static const struct feature {
	const char *word;
	const char *controls[FEATURE_CONTROLS_MAX];
} features[] = {
	[EXEMPTION_NO_FEATURE] = {"", {NULL}},
	[EXEMPTION_CAMERA] = {"camera", {"conf.camera-mic-gate"}},
	[EXEMPTION_MICROPHONE] = {"microphone", {"conf.camera-mic-gate"}},
	[EXEMPTION_RECORDING] = {"recording",
		{"conf.local-recording-off", "rec.present", "rec.screen-recorders"}},
	[EXEMPTION_SCREEN_CAPTURE] = {"screen-capture", {"conf.screen-capture-gate"}},
};
_Static_assert(ARRAY_LEN(features) == EXEMPTION_FEATURE_COUNT, "one row for each feature");

#define WORDS_MAX 8
static const char *const lists[][WORDS_MAX + 1] = {
	[EXEMPTION_APPROVERS] = {"data-protection-officer", "it", "school-leader"},
	[EXEMPTION_ASKERS] = {"data-protection-officer", "it", "school-leader", "support-staff",
		"teacher"},
	[EXEMPTION_BASES] = {"consent", "contract", "legal-obligation", "legitimate-interest",
		"public-task"},
	[EXEMPTION_CONSENTS] = {"given", "not-needed"},
	[EXEMPTION_CONSIDERED] = {"live-only", "materials-only", "none-would-do", "teacher-only",
		"written-notes"},
	[EXEMPTION_DECLINING] = {"nothing", "other-form", "repeat-later"},
	[EXEMPTION_PERSONS] = {"family", "guests", "parents", "pupils", "staff"},
	[EXEMPTION_PUPILS] = {"accessibility", "assessment"},
	[EXEMPTION_PURPOSES] = {"accessibility", "assessment", "equipment", "lesson-for-absent",
		"own-practice", "teacher-training"},
	[EXEMPTION_TAKING_PART] = {"required", "voluntary"},
};

const char *exemption_feature_word(enum exemption_feature feature)
{
	return features[feature].word;
}

int exemption_feature_parse(const char *word, enum exemption_feature *ret_feature)
{
	for (int i = EXEMPTION_NO_FEATURE + 1; i < EXEMPTION_FEATURE_COUNT; i++) {
		if (strcmp(features[i].word, word) == 0) {
			*ret_feature = (enum exemption_feature)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool exemption_feature_covers(enum exemption_feature feature, const char *control)
{
	for (size_t i = 0; i < FEATURE_CONTROLS_MAX && features[feature].controls[i]; i++) {
		if (strcmp(features[feature].controls[i], control) == 0) {
			return true;
		}
	}
	return false;
}

const char *exemption_word(enum exemption_list list, size_t i)
{
	return i < WORDS_MAX ? lists[list][i] : NULL;
}

bool exemption_word_known(enum exemption_list list, const char *word)
{
	for (size_t i = 0; exemption_word(list, i); i++) {
		if (strcmp(exemption_word(list, i), word) == 0) {
			return true;
		}
	}
	return false;
}
