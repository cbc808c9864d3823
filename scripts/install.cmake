# What cmake --install does, and by it the Debian packages that scripts/deb makes. It compiles nothing, and there
# are two components: base, which is what serving takes, and stores, the programs for documents on servers and
# what copies from one store to another.
include(GNUInstallDirs)

# Nobody's umask matters.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# Else cpack builds all of a tree that is there for one program (scripts/common.sh), beside the others.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(libexec ${CMAKE_INSTALL_LIBEXECDIR}/schedule-cgi)
set(files ${PROJECT_SOURCE_DIR}/scripts)

add_custom_target(page
    COMMAND bash -c ". scripts/common.sh && installation_make"
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Building the page into dist/"
    VERBATIM)

# Before anything is installed.
install(CODE "
    if(NOT EXISTS \"$<TARGET_FILE:schedule.cgi>\")
        message(FATAL_ERROR \"Nothing was installed, for the program is not built yet: \"
            \"cmake --build ${PROJECT_BINARY_DIR}\")
    endif()
    if(NOT EXISTS \"${PROJECT_SOURCE_DIR}/dist/index.html\")
        message(FATAL_ERROR \"Nothing was installed, for the page is not built yet: \"
            \"cmake --build ${PROJECT_BINARY_DIR} --target page (it takes npm)\")
    endif()"
    COMPONENT base)

install(TARGETS schedule.cgi RUNTIME DESTINATION ${libexec} COMPONENT base)
# Those that were built, be it by other trees into the same directory.
foreach(name schedule-postgres.cgi schedule-s3.cgi schedule-copy)
    if(TARGET ${name})
        install(TARGETS ${name} OPTIONAL RUNTIME DESTINATION ${libexec} COMPONENT stores)
    else()
        install(PROGRAMS $<TARGET_FILE_DIR:schedule.cgi>/${name} DESTINATION ${libexec} COMPONENT stores OPTIONAL)
    endif()
endforeach()

install(PROGRAMS ${files}/serve ${files}/backup ${files}/restore ${files}/copy
    DESTINATION ${libexec}/scripts COMPONENT base)
install(FILES ${files}/installation.sh ${files}/ask.sh DESTINATION ${libexec}/scripts COMPONENT base)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/dist DESTINATION ${CMAKE_INSTALL_DATADIR}/schedule-cgi COMPONENT base)
install(FILES ${files}/systemd/schedule-cgi.sysusers RENAME schedule-cgi.conf
    DESTINATION lib/sysusers.d COMPONENT base)
install(FILES README.md CHANGELOG.md LICENSE ${files}/debian/copyright
    DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT base)
# Each package has one.
install(FILES ${files}/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}-stores COMPONENT stores)

# What names places, which the prefix decides that is known then, and what is not to be replaced.
set(unit_files schedule-cgi.service schedule-fcgiwrap.service schedule-fcgiwrap.socket)
list(TRANSFORM unit_files PREPEND ${files}/systemd/)
install(CODE "
    set(sources \"${PROJECT_SOURCE_DIR}\")
    set(build \"${PROJECT_BINARY_DIR}\")
    set(version \"${PROJECT_VERSION}\")
    set(unit_files \"${unit_files}\")
    set(libexecdir \"${CMAKE_INSTALL_LIBEXECDIR}\")
    set(datadir \"${CMAKE_INSTALL_DATADIR}\")
    set(docdir \"${CMAKE_INSTALL_DOCDIR}\")
    set(mandir \"${CMAKE_INSTALL_MANDIR}\")
    set(sysconfdir \"${CMAKE_INSTALL_SYSCONFDIR}\")"
    COMPONENT base)
install(SCRIPT ${files}/install_files/places.cmake COMPONENT base)

# The Debian packages.
set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON) # /etc is not below /usr
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each has its own
set(CPACK_PACKAGE_CONTACT "The schedule-cgi authors <root@localhost>")
# A package each; scripts/deb names the trees, and of which of these sets their parts are.
set(CPACK_COMPONENTS_BASE base)
set(CPACK_COMPONENTS_STORES stores)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_BASE_PACKAGE_NAME schedule-cgi)
set(CPACK_DEBIAN_BASE_DESCRIPTION "server of a team's project schedule
A page keeps a team's schedule (projects, tasks, people) in one JSON document,
which a CGI program behind lighttpd loads, saves, merges and backs up. This
package serves it, and keeps the document in a directory.")
set(CPACK_DEBIAN_BASE_PACKAGE_DEPENDS
    "lighttpd (>= 1.4.69), systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_BASE_PACKAGE_SUGGESTS "schedule-cgi-stores, nginx, fcgiwrap, lighttpd-modules-lua, lighttpd-mod-openssl")
set(CPACK_DEBIAN_BASE_PACKAGE_CONTROL_EXTRA
    ${files}/debian/conffiles ${files}/debian/postinst ${files}/debian/prerm ${files}/debian/postrm)
set(CPACK_DEBIAN_STORES_PACKAGE_NAME schedule-cgi-stores)
set(CPACK_DEBIAN_STORES_DESCRIPTION "server of a team's project schedule - PostgreSQL and S3
The programs of schedule-cgi that keep the document in PostgreSQL or S3 instead
of a directory, and the one that takes it from one to another.")
set(CPACK_DEBIAN_STORES_PACKAGE_DEPENDS "schedule-cgi (= ${PROJECT_VERSION})")
include(CPack)
