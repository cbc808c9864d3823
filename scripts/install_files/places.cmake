# The part of cmake --install that names places in what it installs, or keeps what is there already;
# scripts/install.cmake sets the variables. In the sources these files name the places of a Debian package.
cmake_policy(VERSION 3.25)

# place_of(RESULT DIRECTORY PREFIX): where this directory is on the system that is installed to.
function(place_of result directory prefix)
    cmake_path(ABSOLUTE_PATH directory BASE_DIRECTORY "${prefix}" NORMALIZE)
    set(${result} "${directory}" PARENT_SCOPE)
endfunction()

# Settings of what is below /usr are in /etc.
string(REGEX REPLACE "^/usr$" "/" settings_prefix "${CMAKE_INSTALL_PREFIX}")
place_of(settings "${sysconfdir}/schedule-cgi" "${settings_prefix}")
place_of(libexec "${libexecdir}/schedule-cgi" "${CMAKE_INSTALL_PREFIX}")
place_of(share "${datadir}/schedule-cgi" "${CMAKE_INSTALL_PREFIX}")
place_of(doc "${docdir}" "${CMAKE_INSTALL_PREFIX}")
place_of(man "${mandir}" "${CMAKE_INSTALL_PREFIX}")
place_of(units "lib/systemd/system" "${CMAKE_INSTALL_PREFIX}")

# Of this installation alone: root's is not to be in the way of somebody's later one.
string(RANDOM LENGTH 16 name)
set(work "${build}/install-${name}")

# text_of(RESULT FILE): what it says, with the places of this installation.
function(text_of result file)
    file(READ "${file}" text)
    string(REPLACE /usr/libexec/schedule-cgi "${libexec}" text "${text}")
    string(REPLACE /usr/share/schedule-cgi "${share}" text "${text}")
    string(REPLACE /usr/share/doc/schedule-cgi "${doc}" text "${text}")
    string(REPLACE /etc/schedule-cgi "${settings}" text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

# placed_install(FILE DIRECTORY [OPTION...]): file() takes the options.
function(placed_install file directory)
    cmake_path(GET file FILENAME name)
    text_of(text "${file}")
    file(WRITE "${work}/${name}" "${text}")
    file(INSTALL "${work}/${name}" DESTINATION "${directory}" ${ARGN})
endfunction()

# settings_install(FILE [OPTION...]): what somebody changed there stays, with the new one beside it.
function(settings_install file)
    cmake_path(GET file FILENAME name)
    set(there "$ENV{DESTDIR}${settings}/${name}")
    text_of(new "${file}")
    if(NOT EXISTS "${there}")
        placed_install("${file}" "${settings}" ${ARGN})
        return()
    endif()
    file(READ "${there}" old)
    if(NOT old STREQUAL new)
        placed_install("${file}" "${settings}" RENAME "${name}.new" ${ARGN})
        message(STATUS "Keeping: ${there}")
    endif()
endfunction()

file(MAKE_DIRECTORY "${work}")
placed_install("${sources}/scripts/install_files/paths.sh" "${libexec}/scripts")
foreach(file IN LISTS unit_files)
    placed_install("${file}" "${units}")
endforeach()
settings_install("${sources}/lighttpd.conf")
settings_install("${sources}/scripts/install_files/access.conf")
settings_install("${sources}/scripts/install_files/settings" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)

execute_process(COMMAND "${sources}/scripts/man" "${version}" "${work}/schedule.cgi.8" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND gzip -9n "${work}/schedule.cgi.8" COMMAND_ERROR_IS_FATAL ANY)
file(INSTALL "${work}/schedule.cgi.8.gz" DESTINATION "${man}/man8")
file(REMOVE_RECURSE "${work}")
