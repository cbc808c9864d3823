/*
 * The states of a JSON pass, shared by its two halves and by nobody else: json_pass.c, which knows
 * every text byte by byte, and json_quick.c, which knows what texts mostly consist of.
 *
 * A push-down automaton over bytes. The state says what may come next:
 *
 *   START            nothing but white space so far; only '{', or '[' if takes_array, may follow
 *   VALUE            after ':' or after ',' in an array
 *   FIRST_VALUE      after '[': a value or ']'
 *   NAME             after ',' in an object
 *   FIRST_NAME       after '{': a name or '}'
 *   COLON            after a member's name
 *   COMMA            after a value within a container: ',' or the container's end
 *   END              after the top-level object: nothing but white space
 *   STRING           within a string; string_is_name tells names from values
 *   ESCAPE           after '\' in a string
 *   HEX              within the four digits of \u; hex_digits and code_unit hold those read
 *   LOW_BACKSLASH    after a high surrogate: '\' of the low one
 *   LOW_U            the 'u' behind it; low_surrogate_due is set until its digits are read
 *   UTF8             within a multi-byte character; utf8_due continuation bytes are missing,
 *                    the next of them lies within utf8_low..utf8_high
 *   LITERAL          within true, false or null; literal_rest is what must follow
 *   NUMBER_*         within a number, named by what was read last
 *
 * depth counts the open containers; in_object[depth] tells what the innermost one is.
 */
#ifndef SCHEDULE_JSON_STATE_H
#define SCHEDULE_JSON_STATE_H

enum json_state {
    START,
    VALUE,
    FIRST_VALUE,
    NAME,
    FIRST_NAME,
    COLON,
    COMMA,
    END,
    STRING,
    ESCAPE,
    HEX,
    LOW_BACKSLASH,
    LOW_U,
    UTF8,
    LITERAL,
    NUMBER_MINUS,
    NUMBER_ZERO,
    NUMBER_DIGITS,
    NUMBER_POINT,
    NUMBER_FRACTION,
    NUMBER_E,
    NUMBER_E_SIGN,
    NUMBER_EXPONENT
};

#endif
