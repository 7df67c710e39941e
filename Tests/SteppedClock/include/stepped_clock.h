// The environment variable that names the clock's file: 8 bytes, a number of seconds as the machine writes it.
#define STEPPED_CLOCK_FILE "POSTROOM_TEST_CLOCK"
