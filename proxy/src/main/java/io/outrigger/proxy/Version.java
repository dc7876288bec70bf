package io.outrigger.proxy;

/** The version of the program, as the build wrote it into its jar. Immutable. */
final class Version {
    private Version() {}

    /** Such as {@code 1.2.0}; {@code development} when the classes come from no jar. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
