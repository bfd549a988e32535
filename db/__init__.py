"""What the directive asks and how it is counted: database, intake, indicators and access, without any screen."""
