/* The program without confinement and limits: what they cost is told by the difference. */
#include "schedule_cgi.h"

int main(void)
{
    return schedule_cgi_run(&store_kind_file);
}
