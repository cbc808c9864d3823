# The toolchain of the release build: musl and static linking, in place of glibc and shared libraries.
# The libraries are those that scripts/musl_libraries.sh builds into build-deps/.
set(CMAKE_C_COMPILER musl-gcc)
set(SCHEDULE_STATIC ON CACHE BOOL "Link without shared libraries")

cmake_path(SET dependencies NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../build-deps")
set(CMAKE_FIND_ROOT_PATH ${dependencies}/jansson ${dependencies}/cmocka ${dependencies}/headers)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)

# The kernel's headers, which are no part of musl's.
set(CMAKE_C_FLAGS_INIT "-idirafter \"${dependencies}/headers/include\"")
