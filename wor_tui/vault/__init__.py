"""The encrypted store on this device: key file, database, migrations.

`vault.unlock` comes first and imports nothing heavy; `vault.open_vault` follows and brings the database.
"""
