/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-name.h"

#include "str.h"

#include <string.h>
#include <strings.h>

/*
 * "Screencasts" in GNOME's languages: that message of gnome-shell 43.9. One text without pointers,
 * so that nothing of it is in memory before it is asked for.
 */
static const char screencasts[] = "Bildschirmaufzeichnungen\0"
				  "Capturas en vídeo da pantalla\0"
				  "Capturas vidèo\0"
				  "Captures vidéo\0"
				  "Ekran Kaydı\0"
				  "Ekrano įrašai\0"
				  "Ekrānieraksti\0"
				  "Enregistraments de pantalla\0"
				  "Filmâts di schermi\0"
				  "Grabaciones de la pantalla\0"
				  "Gravações de ecrã\0"
				  "Gravações de tela\0"
				  "Képernyőfelvételek\0"
				  "Nagrania ekranu\0"
				  "Näyttötallennevideot\0"
				  "Pantaila-bideoak\0"
				  "Quay phim màn hình\0"
				  "Schermopnamen\0"
				  "Screencast\0"
				  "Screencasts\0"
				  "Skjámyndskeið\0"
				  "Skärminspelningar\0"
				  "Skærmoptagelser\0"
				  "Snimanje zaslona\0"
				  "Video\0"
				  "Zaslonski posnetek\0"
				  "Záznamy obrazovky\0"
				  "Βίντεο οθόνης\0"
				  "Аекран анҵамҭақәа\0"
				  "Видео снимци\0"
				  "Записи на екрана\0"
				  "Записи экрана\0"
				  "Запісы экрана\0"
				  "Скринкасттар\0"
				  "Трансляції з екрана\0"
				  "הקלטות מסך\0"
				  "ضبط‌های صفحه\0"
				  "स्क्रिनकास्ट\0"
				  "ਸਕਰੀਨਕਾਸਟ\0"
				  "ეკრანის ვიდეოჩანაწერი\0"
				  "スクリーンキャスト\0"
				  "录屏\0"
				  "螢幕錄影\0"
				  "스크린캐스트\0";

static const char *const media[] = {".m4a", ".mkv", ".mp4", ".vtt", ".webm"};
/* Those that OBS offers beside them */
static const char *const media_obs[] = {".flv", ".mov", ".ts"};

static bool ends_with(struct span name, const char *end)
{
	size_t len = strlen(end);

	return name.len > len && strncasecmp(name.p + name.len - len, end, len) == 0;
}

static bool ends_among(struct span name, const char *const *ends, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ends_with(name, ends[i])) {
			return true;
		}
	}
	return false;
}

/* "2026-11-22 10-00-00", with what OBS puts before it for its replay buffer */
static bool name_dated(struct span name)
{
	static const char shape[] = "0000-00-00 00-00-00";

	if (span_starts(name, "Replay ")) {
		name = (struct span){name.p + 7, name.len - 7};
	}
	if (name.len < strlen(shape)) {
		return false;
	}
	for (size_t i = 0; shape[i]; i++) {
		bool digit = name.p[i] >= '0' && name.p[i] <= '9';

		if (shape[i] == '0' ? !digit : name.p[i] != shape[i]) {
			return false;
		}
	}
	return true;
}

static bool name_zoom_text(struct span name)
{
	return ends_with(name, ".txt") && (memmem(name.p, name.len, "chat", 4) ||
						  memmem(name.p, name.len, "closed_caption", 14));
}

bool recordings_name_matches(struct span name, enum recordings_look look)
{
	bool plain = ends_among(name, media, ARRAY_LEN(media));

	switch (look) {
	case RECORDINGS_LOOK_DATED:
		return name_dated(name) ? plain || ends_among(name, media_obs, ARRAY_LEN(media_obs))
					: plain && span_starts(name, "Screencast");
	case RECORDINGS_LOOK_MEDIA:
		return plain;
	case RECORDINGS_LOOK_ZOOM:
		return plain || ends_with(name, ".zoom") || name_zoom_text(name);
	}
	return false;
}

bool recordings_name_screencasts(struct span name)
{
	for (const char *row = screencasts; *row; row += strlen(row) + 1) {
		if (span_eq(name, row)) {
			return true;
		}
	}
	return false;
}
