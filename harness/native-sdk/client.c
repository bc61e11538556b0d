/*
 * A participant by the native SDK, told what to do line by line: join OPTIONS, token TOKEN, beat, publish HEX, leave, quit.
 * Says what happens, line by line. Usage: client HOST PORT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colyseus/client.h"

static colyseus_room_t *room;

#define SAY(...) (printf(__VA_ARGS__), putchar('\n'), fflush(stdout))

static void joined(void *_) { SAY("joined %s:%s", colyseus_room_get_id(room), colyseus_room_get_reconnection_token(room)); }
static void state_changed(void *_) { SAY("state"); }
static void failed(int code, const char *message, void *_) { SAY("error %d %s", code, message); }
static void left(int code, const char *reason, void *_) { SAY("left %d %s", code, reason == NULL ? "" : reason); }
static void dropped(int code, const char *reason, void *_) { SAY("dropped %d %s", code, reason == NULL ? "" : reason); }
static void returned(void *_) { SAY("returned"); }
static void message(const char *type, const uint8_t *data, size_t length, void *_) {
    SAY("message %s %zu", type, length);
}

static void entered(colyseus_room_t *entered_room, void *_) {
    room = entered_room;
    colyseus_reconnection_options_t options;
    colyseus_reconnection_options_init_defaults(&options);
    options.min_uptime_ms = 0;
    colyseus_room_set_reconnection_options(room, &options);
    colyseus_room_on_join(room, joined, NULL);
    colyseus_room_on_state_change(room, state_changed, NULL);
    colyseus_room_on_error(room, failed, NULL);
    colyseus_room_on_leave(room, left, NULL);
    colyseus_room_on_drop(room, dropped, NULL);
    colyseus_room_on_reconnect(room, returned, NULL);
    colyseus_room_on_message_any_with_type_encoded(room, message, NULL);
}

int main(int count, char **words) {
    if (count != 3) return 2;
    colyseus_settings_t *settings = colyseus_settings_create();
    colyseus_settings_set_address(settings, words[1]);
    colyseus_settings_set_port(settings, words[2]);
    colyseus_client_t *client = colyseus_client_create(settings);
    static char line[8192];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        char *rest = strchr(line, ' ');
        if (rest != NULL) *rest++ = 0;
        if (strcmp(line, "join") == 0)
            colyseus_client_join_or_create(client, "event", rest, entered, failed, NULL);
        else if (strcmp(line, "token") == 0)
            colyseus_client_reconnect(client, rest, entered, failed, NULL);
        else if (strcmp(line, "beat") == 0)
            colyseus_room_send_encoded(room, "heartbeat", NULL, 0);
        else if (strcmp(line, "publish") == 0) {
            static uint8_t bytes[4096];
            size_t length = strlen(rest) / 2;
            for (size_t at = 0; at < length; at++) sscanf(rest + 2 * at, "%2hhx", &bytes[at]);
            colyseus_room_send_encoded(room, "outbox_publish", bytes, length);
        } else if (strcmp(line, "leave") == 0)
            colyseus_room_leave(room, true);
        else
            _exit(0);
    }
    _exit(0);
}
