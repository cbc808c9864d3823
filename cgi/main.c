/* argv is not looked at: some servers fill it from the query (RFC 3875 4.4, CVE-2012-1823). */
#include "schedule_cgi.h"

int main(void)
{
#ifdef SCHEDULE_CONFINE
    return schedule_cgi_run_confined();
#else
    return schedule_cgi_run();
#endif
}
