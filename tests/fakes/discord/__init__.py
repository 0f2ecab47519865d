"""A Discord for the tests: the gateway over real WebSockets and the HTTP API, with state, refusals, faults on request.

    with DiscordServer() as discord:                   # or DiscordProcess(), in a process of its own
        add_small_guild(discord)
        ...                                            # discord.py with discord.api_url and discord.gateway_url
        ana = discord.person(ANA)
        assert "CHURN-1" in ana.command("lab task new", channel=GENERAL, title="Fix it").text
        discord.wait_until(lambda: discord.channel(GENERAL).messages)
        discord.fault("messages.create", lost_answer())
        discord.drop_gateway()

It listens on the loopback address only and knows nothing of the program under test. Where Discord's official
description of its API is at hand (`specification`), every request is held against it; its own limits hold always.
"""
